/**
 * What is cut from a run of characters without white space before it is a word: marks at its start, marks at its end, and
 * marks inside; after the constants of spaCy 3 (spacy/lang/char_classes.py and punctuation.py, MIT licence).
 */

const cased = String.raw`A-Za-zÀ-ÖØ-öø-ƿǄ-ʯΆΈ-ΊΌΎΏΑ-ΩΪ-ήία-ωόύώЀЁЃ-ЊЌЍА-ёѓ-њќѝҐґҖҗҢңҮүҺһӘәӨөᴀ-ᴥᵫ-ᵷᵹ-ᶚḀ-ỿⱠ-ⱻⱾⱿꜢ-ꝯꝱ-ꞇꞋ-ꞎꞐ-ꞹꟺꬰ-ꭚꭠ-ꭤＡ-Ｚａ-ｚ`;
const uncased = String.raw`\u0591-\u05f4\u0620-\u064a\u066e-\u06d5\u06e5-\u06ff\u0750-\u077f\u08a0-\u08bd\u0900-\u09ff\u0b80-\u0cff\u0d80-\u0dff\u1100-\u137f\u2e80-\u2fdf\u2ff0-\u30ff\u31c0-\u31ef\u3200-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\ufb1d-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdc7\ufdf0-\ufdfb\ufe30-\ufe4f\ufe70-\ufefc\u{1ee00}-\u{1eebb}\u{1f200}-\u{1f2ff}\u{20000}-\u{2a6df}\u{2a700}-\u{2ebef}\u{2f800}-\u{2fa1f}`;
const letter = `[${cased}${uncased}]`;
const lower = String.raw`[[${cased}]&&[\p{Ll}ʔ]]${uncased}`;
const upper = String.raw`[[${cased}]&&\p{Lu}]${uncased}`;
/** Symbols that Unicode 11 had. */
const icons = String.raw`[\p{So}--[\u166d\u2b97\u2bc9\u2bff\u2e50\u2e51\u2ffc-\u2fff\u31ef\u32ff\ufd40-\ufd4f\ufdcf\ufdfe\ufdff\u{1019c}\u{11fd5}-\u{11ff1}\u{1cc00}-\u{1cfc3}\u{1d1e9}\u{1d1ea}\u{1e14f}\u{1ed2e}\u{1f10d}-\u{1f10f}\u{1f16c}-\u{1f16f}\u{1f1ad}\u{1f6d5}-\u{1f6df}\u{1f6fa}-\u{1f6ff}\u{1f774}-\u{1f77f}\u{1f7d9}-\u{1f7ff}\u{1f8ae}-\u{1f8ff}\u{1f90c}-\u{1f90f}\u{1f93f}\u{1f971}\u{1f972}\u{1f977}-\u{1f979}\u{1f97b}\u{1f9a3}-\u{1f9af}\u{1f9ba}-\u{1f9bf}\u{1f9c3}-\u{1f9cf}\u{1fa00}-\u{1fa5f}\u{1fa6e}-\u{1fbff}]]`;
const quotes = String.raw`'"”“\`‘´’‚,„»«「」『』（）〔〕【】《》〈〉⟦⟧`;
const marks = String.raw`…,:;!?¿؟¡\(\)\[\]\{\}<>_#*\&。？！，、；：～·।،۔؛٪`;
const currency = String.raw`[$£€¥฿﷼₠-₿]|US\$|C\$|A\$`;
const units =
  "km|km²|km³|m|m²|m³|dm|dm²|dm³|cm|cm²|cm³|mm|mm²|mm³|ha|µm|nm|yd|in|ft|kg|g|mg|µg|t|lb|oz|m/s|km/h|kmh|mph|hPa|Pa|mbar|mb|MB|kb|KB|gb|GB|tb|TB|T|G|M|K|%|км|км²|км³|м|м²|м³|дм|дм²|дм³|см|см²|см³|мм|мм²|мм³|нм|кг|г|мг|м/с|км/ч|кПа|Па|мбар|Кб|КБ|кб|Мб|МБ|мб|Гб|ГБ|гб|Тб|ТБ|тбكم|كم²|كم³|م|م²|م³|سم|سم²|سم³|مم|مم²|مم³|كم|غرام|جرام|جم|كغ|ملغ|كوب|اكواب";
const hyphens = "-|–|—|--|---|——|~";

export const prefix = new RegExp(
  String.raw`^(?:[§%=—–${marks}${quotes}]|\+(?![0-9])|\.{2,}|${currency}|${icons})`,
  "v",
);

const suffix = new RegExp(
  [
    String.raw`……|[${marks}${quotes}—–]|${icons}|['’][sS]`,
    String.raw`(?<=[0-9])(?:\+|${currency}|${units})`,
    String.raw`(?<=°[FfCcKk])\.`,
    String.raw`(?<=[0-9${lower}%²\-+${marks}${quotes}\|\(?:\)])\.`,
    String.raw`(?<=[${upper}][${upper}])\.`,
  ]
    .map((piece) => `(?:${piece})$`)
    .join("|"),
  "v",
);
/** No suffix but a run of stops is longer than a unit, and none looks further back than two characters. */
const reach = 16;

/** UTF-16 units of the mark that a text ends in; 0 where it ends in none. */
export function suffixOf(text: string): number {
  let stops = 0;
  while (text.charCodeAt(text.length - 1 - stops) === 46) stops++;
  if (stops > 1) return stops;
  const found = suffix.exec(text.length > reach ? text.slice(-reach) : text);
  return found ? found[0].length : 0;
}

const infixes = (beforeHyphen: string): RegExp =>
  new RegExp(
    [
      String.raw`\.{2,}|…|${icons}`,
      String.raw`(?<=[0-9])[+\-*\^](?=[0-9\-])`,
      String.raw`(?<=[${lower}${quotes}])\.(?=[${upper}${quotes}])`,
      String.raw`(?<=${letter}),(?=${letter})`,
      String.raw`(?<=${beforeHyphen})(?:${hyphens})(?=${letter})`,
      String.raw`(?<=[${letter}0-9])[:<>=\/](?=${letter})`,
    ].join("|"),
    "gv",
  );
export const infix = infixes(letter);
/** English parts a word at the hyphen after a digit, too. */
export const englishInfix = infixes(`[${letter}0-9]`);

const number = String.raw`\p{Nd}`;
/** Of a web page or of mail, after Diego Perini's (MIT licence): it stays whole. */
const address = new RegExp(
  // eslint-disable-next-line no-misleading-character-class -- ranges that begin with a mark
  String.raw`^(?:[\p{L}\p{N}_+\-.]{2,}:\/\/)?(?:.+@)?` +
    String.raw`(?:(?!(?:10|127)(?:\.${number}{1,3}){3})(?!(?:169\.254|192\.168)(?:\.${number}{1,3}){2})(?!172\.(?:1[6-9]|2${number}|3[01])(?:\.${number}{1,3}){2})` +
    String.raw`(?:[1-9]${number}?|1${number}${number}|2[01]${number}|22[0-3])(?:\.(?:1?${number}{1,2}|2[0-4]${number}|25[0-5])){2}\.(?:[1-9]${number}?|1${number}${number}|2[0-4]${number}|25[0-4])` +
    String.raw`|(?:(?:[A-Za-z0-9\u00a1-\uffff][A-Za-z0-9\u00a1-\uffff_\-]{0,62})?[A-Za-z0-9\u00a1-\uffff]\.)+[${lower}]{2,63})` +
    String.raw`(?::${number}{2,5})?(?:[\/?#].*)?$`,
  "vs",
);
/** Longer ones than browsers take are none. */
const longest = 2048;
export const isAddress = (text: string): boolean => text.length <= longest && text.includes(".") && address.test(text);
