/**
 * A token's text where a blank at its edge would not be seen: "·" for a blank, "⏎" for a new line, "⇥" for a tab. What a figure
 * would take for a tag of HTML, such as <s>, is put in ‹ and ›.
 */
export function shownToken(text: string, most = 16): string {
  const seen = text
    .replace(/^ +| +$/g, (blanks) => "·".repeat(blanks.length))
    .replace(/\r?\n/g, "⏎")
    .replace(/\t/g, "⇥")
    .replace(/<(\/?[a-z][^<>]*)>/gi, "‹$1›");
  const points = [...seen];
  return points.length > most ? `${points.slice(0, most - 1).join("")}…` : seen;
}
