/**
 * Visual Studio Code's own messages out of the npm packages `@codingame/monaco-vscode-language-pack-<language>`, when one is
 * installed: about 14,000 messages, a megabyte of text. The editor's messages come without their English; the extensions'
 * name theirs, which gives the English side of those documents.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { show } from "../../foreign.js";
import type { Document } from "../types.js";
import { gatherByCount } from "./gather.js";
import { damaged, packageJson, packageText } from "./packages.js";

/** The packs by the lab's language names. */
export const vscodePacks: Record<string, string> = Object.fromEntries(
  "cs de es fr it ja ko pl pt-br ru tr"
    .split(" ")
    .map((language) => [language, language])
    .concat([
      ["zh-cn", "zh-hans"],
      ["zh-tw", "zh-hant"],
    ]),
);

const size = 40;

export interface VscodeMessages {
  translated: Document[];
  /** English of the documents that have it. */
  english: Document[];
}

/** `folder` is the language pack's folder. */
export function vscodeMessages(folder: string): VscodeMessages {
  const main = join(folder, "translations", "main.i18n.json.js");
  const editor = existsSync(main) ? stringsOf(packageText(main), main) : [];
  const pairs: [string, string][] = [];
  const extensions = join(folder, "translations", "extensions");
  for (const file of existsSync(extensions) ? readdirSync(extensions).sort() : []) {
    const { contents } = packageJson(join(extensions, file)) as { contents?: { bundle?: unknown } | null };
    for (const [source, target] of Object.entries(contents?.bundle ?? {}))
      if (typeof target === "string") pairs.push([flat(source), flat(target)]);
  }
  return {
    translated: [
      ...gatherByCount("vscode/editor", editor, size),
      ...gatherByCount(
        "vscode/extensions",
        pairs.map(([, target]) => target),
        size,
      ),
    ],
    english: gatherByCount(
      "vscode/extensions",
      pairs.map(([source]) => source),
      size,
    ),
  };
}

/** The file is a module whose one array literal holds strings and `undefined`. Messages of a word or two are labels, not text. */
function stringsOf(module: string, path: string): (string | undefined)[] {
  const literal = module.slice(module.indexOf("["), module.lastIndexOf("]") + 1);
  return [...literal.matchAll(/"(?:[^"\\\n]|\\.)*"|undefined/g)].map(([item]) => {
    const text = item === "undefined" ? "" : flat(parsed(item, path));
    return text.length > 8 ? text : undefined;
  });
}

function parsed(item: string, path: string): string {
  try {
    return JSON.parse(item) as string;
  } catch {
    return damaged(path, `${show(item)} is not a text`);
  }
}

const flat = (text: string): string => text.replace(/\s+/g, " ").trim();
