/**
 * The TypeScript compiler's messages, translated by Microsoft into 13 languages; the English text is in the compiler itself.
 * Short sentences about programs, aligned message by message.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { show } from "../../foreign.js";
import type { Document } from "../types.js";
import { gatherByCount } from "./gather.js";
import { damaged, packageJson, packageText } from "./packages.js";

export const typescriptLanguages = "cs de en es fr it ja ko pl pt-br ru tr zh-cn zh-tw".split(" ");

/** Messages per document. */
const size = 40;

/** `lib` is the package's `lib` folder. */
export function typescriptMessages(lib: string, language: string): Document[] {
  const english = englishMessages(lib);
  if (language === "en") return gatherByCount("typescript", [...english.values()], size);
  const path = join(lib, language, "diagnosticMessages.generated.json");
  if (!existsSync(path)) return [];
  const translated = packageJson(path);
  return gatherByCount(
    "typescript",
    [...english.keys()].map((key) => {
      const message = Object.hasOwn(translated, key) ? translated[key] : undefined;
      return typeof message === "string" ? message : undefined;
    }),
    size,
  );
}

/** Key and text of every message, in the compiler's own order. */
function englishMessages(lib: string): Map<string, string> {
  const messages = new Map<string, string>();
  const path = join(lib, "typescript.js");
  const source = packageText(path);
  for (const [, key, text] of source.matchAll(
    /\bdiag\(\d+, \d+ \/\* \w+ \*\/, ("(?:[^"\\]|\\.)*"), ("(?:[^"\\]|\\.)*")/g,
  ))
    try {
      messages.set(JSON.parse(key!) as string, JSON.parse(text!) as string);
    } catch {
      damaged(path, `${show(text)} is not a text`);
    }
  return messages;
}
