/** The name that a misspelt one was meant to be. */

/** The nearest of `names` by edits, if no more than two in five letters differ; nothing where none is near. */
export function closest(name: string, names: readonly string[]): string | undefined {
  const near = names
    .map((other) => ({ other, edits: editsBetween(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, edits }) => edits <= Math.max(1, Math.floor(0.4 * Math.max(name.length, other.length))))
    .sort((a, b) => a.edits - b.edits);
  return near[0]?.other;
}

/** Letters to insert, delete or replace (Levenshtein 1966); of names beyond 64 letters only those are compared. */
function editsBetween(one: string, other: string): number {
  const [from, to] = [[...one.slice(0, 64)], [...other.slice(0, 64)]];
  let row = to.map((_, i) => i + 1);
  from.forEach((letter, i) => {
    let [left, diagonal] = [i + 1, i];
    row = row.map((above, j) => {
      left = Math.min(above + 1, left + 1, diagonal + (letter === to[j] ? 0 : 1));
      diagonal = above;
      return left;
    });
  });
  return row.at(-1) ?? from.length;
}
