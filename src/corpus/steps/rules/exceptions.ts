/**
 * Runs of characters that are words as they stand, or that part otherwise than by their marks: faces, initials, and English
 * contractions and abbreviations; after the lists of spaCy 3 (spacy/lang/tokenizer_exceptions.py and en/, MIT licence).
 */
export type Exceptions = ReadonlyMap<string, readonly string[]>;

const split = (text: string): string[] => text.trim().split(/\s+/);

const faces = split(String.raw`
  :) :-) :)) :-)) :))) :-))) (: (-: =) (= :] :-] [: [-: [= =] :o) (o: :} :-} 8) 8-) (-8 ;) ;-) (; (-; :( :-( :(( :-(( :((( :-(((
  ): )-: =( >:( :') :'-) :'( :'-( :/ :-/ =/ =| :| :-| ]= =[ :1 :P :-P :p :-p :O :-O :o :-o :0 :-0 :() >:o :* :-* :3 :-3 =3 :> :->
  :X :-X :x :-x :D :-D ;D ;-D =D xD XD xDD XDD 8D 8-D ^_^ ^__^ ^___^ >.< >.> <.< ._. ;_; -_- -__- v.v V.V v_v V_V o_o o_O O_o O_O
  0_o o_0 0_0 o.O O.o O.O o.o 0.0 o.0 0.o @_@ <3 <33 <333 </3 (^_^) (-_-) (._.) (>_<) (*_*) (¬_¬) ಠ_ಠ ಠ︵ಠ (ಠ_ಠ) ¯\(ツ)/¯
  (╯°□°）╯︵┻━┻ ><(((*>`);

const whole = (words: readonly string[]): [string, string[]][] => words.map((word) => [word, [word]]);

/** Of every language. */
export const exceptions: Exceptions = new Map([
  ...whole(faces),
  ...whole(split(String.raw`\t \n — ' \") <space> '' C++`)),
  ...whole([..."abcdefghijklmnopqrstuvwxyzäöü"].map((letter) => `${letter}.`)),
  ...[..."cfkCFK"].map((unit): [string, string[]] => [`°${unit}.`, ["°", unit, "."]]),
]);

const title = (word: string): string => word[0]!.toUpperCase() + word.slice(1);

/** Each word, also with a capital, before each ending, also without its apostrophes: "she" and "'ll 've" part she'll've and shellve. */
function* contracted(words: string, ...endings: string[]): Generator<[string, string[]]> {
  for (const word of split(words).flatMap((each) => [each, title(each)]))
    for (const ending of endings.flatMap((each) => [each, each.replaceAll("'", "")])) {
      const parts = [word, ...split(ending)];
      yield [parts.join(""), parts];
    }
}

const parted = (words: string): [string, string[]][] =>
  split(words).map((word) => [word.replaceAll("|", ""), word.split("|")]);

const abbreviations = split(`
  'S 's ‘S ‘s and/or w/o 're 'Cause 'cause 'cos 'Cos 'coz 'Coz 'cuz 'Cuz 'bout 'd ma'am Ma'am o'clock O'clock lovin' Lovin' lovin
  Lovin havin' Havin' havin Havin doin' Doin' doin Doin goin' Goin' goin Goin nothin' Nothin' nothin Nothin nuthin' Nuthin' nuthin
  Nuthin ol' Ol' ol Ol somethin' Somethin' somethin Somethin em 'em ll 'll nuff 'nuff Mt. Ak. Ala. Apr. Ariz. Ark. Aug. Calif. Colo.
  Conn. Dec. Del. Feb. Fla. Ga. Ia. Id. Ill. Ind. Jan. Jul. Jun. Kan. Kans. Ky. La. Mar. Mass. Mich. Minn. Miss. N.C. N.D. N.H. N.J.
  N.M. N.Y. Neb. Nebr. Nev. Nov. Oct. Okla. Ore. Pa. S.C. Sep. Sept. Tenn. Va. Wash. Wis. a.m. Adm. Bros. co. Co. Corp. D.C. Dr. e.g.
  E.g. E.G. Gen. Gov. i.e. I.e. I.E. Inc. Jr. Ltd. Md. Messrs. Mo. Mont. Mr. Mrs. Ms. p.m. Ph.D. Prof. Rep. Rev. Sen. St. vs. v.s.`);

function english(): Map<string, readonly string[]> {
  const english = new Map<string, readonly string[]>([
    ...exceptions,
    ...contracted("i", "'m", "'m a"),
    ...contracted("i you he she it we they", "'ll", "'ll 've", "'d", "'d 've"),
    ...contracted("i you we they", "'ve"),
    ...contracted("you we they", "'re"),
    ...contracted("he she it", "'s"),
    ...contracted("who what when where why how there that this these those", "'ll", "'ll 've", "'d", "'d 've"),
    ...contracted("who what when where why how there that this", "'s"),
    ...contracted("who what when where why how there these those", "'re", "'ve"),
    ...contracted("ca could do does did had may might must need ought sha should wo would", "n't", "n't 've"),
    ...contracted("could might must should would", "'ve"),
    ...contracted("ai are is was were have has dare", "n't"),
    ...Array.from({ length: 12 }, (_, i) => parted(`${i + 1}|a.m. ${i + 1}|am ${i + 1}|p.m. ${i + 1}|pm`)).flat(),
    ...parted(
      "y'|all y|all how|'d|'y How|'d|'y not|'ve not|ve Not|'ve Not|ve can|not Can|not gon|na Gon|na got|ta Got|ta",
    ),
    ...parted("let|'s Let|'s c'm|on C'm|on"),
    ...whole(abbreviations),
  ]);
  for (const word of split("ill its hell shell shed were well whore").flatMap((each) => [each, title(each)]))
    english.delete(word);
  return english;
}

/** Also with the typographic apostrophe. */
export function englishExceptions(): Exceptions {
  const typographic = (text: string): string => text.replaceAll("'", "’");
  const typed = english();
  return new Map([
    ...typed,
    ...Array.from(typed, ([word, parts]): [string, string[]] => [typographic(word), parts.map(typographic)]),
  ]);
}
