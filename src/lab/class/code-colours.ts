/** TypeScript as HTML with its words classed, by the compiler's own classifier. Only where the cell is TypeScript, which all are. */
import ts from "typescript";
import { escapeHtml } from "../cell/table.js";

const classes: Partial<Record<ts.TokenClass, string>> = {
  [ts.TokenClass.Keyword]: "k",
  [ts.TokenClass.Comment]: "c",
  [ts.TokenClass.NumberLiteral]: "n",
  [ts.TokenClass.StringLiteral]: "s",
  [ts.TokenClass.RegExpLiteral]: "s",
};

/** `<span class="k">const</span> a = …`: k keyword, c comment, n number, s string. */
export function colouredTypeScript(source: string): string {
  const classifier = ts.createClassifier();
  let state = ts.EndOfLineState.None;
  return source
    .split("\n")
    .map((line) => {
      const { finalLexState, entries } = classifier.getClassificationsForLine(line, state, true);
      state = finalLexState;
      let from = 0;
      // A line that ends inside a template or a comment has an entry for its line break.
      return entries
        .map(({ length, classification }) => {
          const text = escapeHtml(line.slice(from, (from += length)));
          const name = classes[classification];
          return name && text !== "" ? `<span class="${name}">${text}</span>` : text;
        })
        .join("");
    })
    .join("\n");
}
