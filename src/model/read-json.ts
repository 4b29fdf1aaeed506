/** The JSON files of a model's folder: an object each, of a size that a person could have meant. */
import { readFileSync, statSync } from "node:fs";
import { isDeeper } from "../vocab/describe.js";

/** The largest known tokenizer.json has 35 MB. */
const most = 1 << 28;
/** What recurses over a file is safe to this depth. */
const deepest = 64;

/** Throws one line naming the file. `caller` begins it. */
export function readJson(path: string, caller: string): Record<string, unknown> {
  const fail = (what: string): never => {
    throw new Error(`${caller}: invalid JSON: ${path} (${what})`);
  };
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return fail("there is no such file");
  if (!stat.isFile()) fail("it is not a file");
  if (stat.size > most) fail(`${stat.size} bytes; at most ${most} are read`);
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    fail(code ? `it cannot be read: ${code}` : "it is damaged or no JSON; copy or fetch the file again");
  }
  if (isDeeper(json, deepest)) fail(`lists and objects deeper than ${deepest} in others`);
  if (json === null || typeof json !== "object" || Array.isArray(json)) fail("an object is needed");
  return json as Record<string, unknown>;
}
