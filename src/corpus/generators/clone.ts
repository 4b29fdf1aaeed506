/**
 * A clone of English: the same sentences in other letters, one for one, so that what means what is exact and no word is shared
 * (English-Clone; PreAlign, Li et al. 2024, https://arxiv.org/abs/2407.16222). Its letters are Georgian ones, capitals too; digits, blanks
 * and marks stay; `languageIdentifier` calls it "ka".
 */
export const cloneOf = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const code = letter.charCodeAt(0);
    return String.fromCharCode(code >= 97 ? 0x10d0 + code - 97 : 0x1c90 + code - 65);
  });
