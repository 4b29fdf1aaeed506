/** Programs for ProX's edits made by rule, where no model writes them: lines and strings that patterns find. */
export interface ProxRules {
  /** A text in which this regular expression finds something goes as a whole. */
  drop?: string;
  /** Lines in which it finds something go. */
  removeLines?: string;
  /** What stands for each of these strings. */
  normalize?: Readonly<Record<string, string>>;
}

/** Makes a text's program, in `program.ts`'s language. */
export function programmed({ drop, removeLines, normalize = {} }: ProxRules): (text: string) => string {
  const [dropping, removing] = [patternOf("drop", drop), patternOf("removeLines", removeLines)];
  for (const string of Object.entries(normalize).flat())
    if (/[(),="\n]/.test(string))
      throw new Error(
        `prox: invalid normalize: ${JSON.stringify(string)} (no brackets, commas, =, quotes or line ends)`,
      );
  return (text) => {
    if (dropping?.test(text)) return "drop_doc()";
    const removed = text.split("\n").flatMap((line, i) => (removing?.test(line) ? [i] : []));
    const calls = [
      ...removed.map((line) => `remove_lines(line_start=${line}, line_end=${line})`),
      ...Object.entries(normalize)
        .filter(([source]) => text.includes(source))
        .map(([source, target]) => `normalize(source_str="${source}", target_str="${target}")`),
    ];
    return calls.length > 0 ? calls.join("\n") : "keep_doc()";
  };
}

function patternOf(option: string, pattern: string | undefined): RegExp | undefined {
  try {
    return pattern === undefined ? undefined : new RegExp(pattern, "u");
  } catch (error) {
    throw new Error(`prox: invalid ${option}: ${pattern} (${(error as Error).message})`, { cause: error });
  }
}
