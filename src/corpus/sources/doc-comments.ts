/** English prose that type declarations carry: the documentation comments of `.d.ts` files, without their markup of tags and links. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Document } from "../types.js";
import { gatherByLength } from "./gather.js";
import { packageText } from "./packages.js";

/** Characters a document grows to before the next begins; about a page. */
const length = 3000;

/** Comments of all `.d.ts` files below `folder`, file by file, each comment once. */
export function docComments(prefix: string, folder: string): Document[] {
  const seen = new Set<string>();
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".d.ts") && !file.includes("node_modules"))
    .sort()
    .flatMap((file) => {
      const passages = comments(packageText(join(folder, file))).map(prose);
      const fresh = passages.filter((passage) => passage.length > 20 && !seen.has(passage) && seen.add(passage));
      return gatherByLength(`${prefix}/${file.replaceAll("\\", "/").replace(/\.d\.ts$/, "")}`, fresh, length);
    });
}

/** What stands between each slash with two stars and the next star with a slash. */
function comments(source: string): string[] {
  const found: string[] = [];
  for (let from = source.indexOf("/**"); from >= 0;) {
    const end = source.indexOf("*/", from + 3);
    if (end < 0) break;
    found.push(source.slice(from + 3, end));
    from = source.indexOf("/**", end + 2);
  }
  return found;
}

function prose(comment: string): string {
  return comment
    .replace(/^[ \t]*\*? ?/gm, "")
    .replace(
      /\{@link(?:code|plain)?\s+([^}|\s]+)(?:[|\s]+([^}]*))?\}/g,
      (_, target: string, label?: string) => label?.trim() || target,
    )
    .split("\n")
    .filter((line) => !/^@(since|see|deprecated|experimental|category)\b/.test(line))
    .join("\n")
    .trim();
}
