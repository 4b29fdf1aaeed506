/**
 * Programs that edit a text, as ProX has a small model write them (Zhou et al. 2024, https://arxiv.org/abs/2409.17115): one call a line,
 * `remove_lines(line_start=0, line_end=2)` or `remove_lines(all=True)`, with lines counted from 0, and `normalize(source_str="a",
 * target_str="b")`, everywhere in the text, or with the source alone, which goes. They are read as the released code reads
 * them: by the first brackets and by commas, so strings hold neither; calls that are spelled otherwise are counted and skipped,
 * calls of other names are passed over.
 */
export interface Edited {
  text: string;
  /** Calls that could not be read, or name lines that are not there. */
  malformed: number;
}

/** The text after every call that can be read. */
export function edit(text: string, program: string): Edited {
  let malformed = 0;
  let edited = text;
  const intervals: [number, number][] = [];
  let all = false;
  for (const call of program.replace(/^ +| +$/g, "").split("\n")) {
    const removes = call.startsWith("remove_lines");
    if (removes && call.includes("all=True")) {
      all = true;
      continue;
    }
    if (!removes && !call.startsWith("normalize")) continue;
    const [open, close] = [call.indexOf("("), call.indexOf(")")];
    if (open < 0 || close < 0) malformed++;
    if (open < 0) continue;
    // One without its closing bracket is read up to its last character.
    const parameters = call.slice(open + 1, close < 0 ? -1 : close).split(",");
    const values = parameters.map((parameter) => parameter.split("=")[1]);
    if (removes) {
      const [from, to] = [wholeIn(values[0]), wholeIn(values[1])];
      if (from === undefined || to === undefined) malformed++;
      else intervals.push([from, to]);
    } else if (parameters.length <= 2) {
      const [source, target] = values.map((value) => value?.replace(/^"+|"+$/g, ""));
      if (source === undefined || (parameters.length === 2 && target === undefined)) malformed++;
      else if (source !== "" && !(source === " " && parameters.length === 2))
        edited = edited.replaceAll(source, () => target ?? "");
    }
  }
  const lines = edited.split("\n");
  for (const [from, to] of merged(intervals)) if (from >= lines.length || to >= lines.length) malformed++;
  const kept = all ? [] : lines.filter((_, line) => !intervals.some(([from, to]) => from <= line && line <= to));
  return { text: kept.join("\n"), malformed };
}

/** So many malformed calls, and a program is left out. */
export const mostMalformed = 2;

/** "" where the whole text is to go: of a hundred words at most five are left, or at most ten of all. */
export function run(text: string, program: string): Edited {
  const edited = edit(text, program);
  const [before, after] = [wordsIn(text), wordsIn(edited.text)];
  const read = edited.malformed < mostMalformed;
  if (before === 0) return { ...edited, text };
  if ((after / before <= 1 - 0.95 && read) || after <= 10) return { ...edited, text: "" };
  return read ? edited : { ...edited, text };
}

/** As Python's `int` reads it. */
const wholeIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\s*[+-]?\d+(_\d+)*\s*$/.test(text) ? Number(text.replaceAll("_", "")) : undefined;

/** Python's white space, some control characters among it. */
// eslint-disable-next-line no-control-regex
const white = /[^\S\ufeff]+|[\x1c-\x1f\x85]+/;
const wordsIn = (text: string): number => text.split(white).filter((word) => word !== "").length;

/** Those that overlap or follow each other as one, by their starts. */
function merged(intervals: readonly [number, number][]): [number, number][] {
  const joined: [number, number][] = [];
  for (const [from, to] of [...intervals].sort((a, b) => a[0] - b[0])) {
    const last = joined.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else joined.push([from, to]);
  }
  return joined;
}
