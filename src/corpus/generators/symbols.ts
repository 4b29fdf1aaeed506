/** Symbols of languages that nobody speaks, as words of letters: all of one length, so that none is likelier for being short. */

/** Number `i` of `of` symbols: "a" to "z", or as many letters as it takes to tell them apart. */
export function symbol(i: number, of: number): string {
  let [word, left] = ["", i];
  for (let rest = of - 1; rest > 0 || word === ""; rest = Math.floor(rest / 26), left = Math.floor(left / 26))
    word = String.fromCharCode(97 + (left % 26)) + word;
  return word;
}
