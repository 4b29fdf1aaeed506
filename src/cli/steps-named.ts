/** What `--clean` names: steps by name, separated by commas, or a JSON list of names and rows with options. Bad ones are exit code 2. */
import type { Step } from "../corpus/index.js";
import { foreignJson } from "../foreign.js";
import { BadArguments } from "./work.js";

export const cleanFlags = "--clean <steps>";
export const cleanHelp =
  "steps that `corpus steps` lists, which the files go through in this order: lines,nfc,repeats, or with options as a JSON list, " +
  `'["lines", {"name": "nfc"}]'; without it text is kept byte for byte`;

export async function stepsNamed(clean = ""): Promise<Step[]> {
  const { stepOf } = await import("../corpus/index.js");
  const names = (): string[] => clean.split(",").flatMap((each) => each.trim() || []);
  try {
    const given = /^\s*\[/.test(clean) ? (foreignJson(clean) as (string | { name: string })[]) : names();
    return given.map((each) => stepOf(each, "--clean"));
  } catch (error) {
    throw new BadArguments((error as Error).message, { cause: error });
  }
}
