/** What a misspelt name was meant to be, from a message that lists the names: `embed: invalid init: focsu (one of mean, focus)`. */
import { closest } from "../cell/closest.js";

/** "; did you mean focus?", or nothing where the message names no list or none of it is near. */
export function hintOf(message: string): string {
  if (/did you mean/i.test(message)) return "";
  const [, given, list] =
    /: "?([^\s":(]+)"? ?[(;,] ?(?:expected )?(?:a name, )?(?:one of|known:) ([^);\n]*)/.exec(message) ?? [];
  if (given === undefined || list === undefined) return "";
  const names = list.split(/,? or |, (?:and )?/).filter((name) => /^[\w."-]+$/.test(name));
  const meant = closest(
    given,
    names.map((name) => name.replaceAll('"', "")),
  );
  return meant === undefined || meant === given ? "" : `; did you mean ${meant}?`;
}
