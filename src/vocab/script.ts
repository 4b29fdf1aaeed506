/** The script of a character (Unicode's property of that name), asked of the engine's regular expressions. */

/** The common ones first: the list is gone through once for each character. */
const names =
  "Common Latin Inherited Han Hangul Hiragana Katakana Cyrillic Arabic Devanagari Greek Hebrew Thai Bengali Tamil Telugu Gujarati " +
  "Kannada Malayalam Gurmukhi Sinhala Myanmar Khmer Lao Tibetan Georgian Armenian Ethiopic Bopomofo Oriya Mongolian Syriac Thaana Nko " +
  "Cherokee Canadian_Aboriginal Tifinagh Vai Yi Braille Ogham Runic Gothic Coptic Glagolitic Javanese Balinese Sundanese Tagalog " +
  "Hanunoo Buhid Tagbanwa Limbu Tai_Le New_Tai_Lue Tai_Tham Tai_Viet Cham Batak Lepcha Ol_Chiki Saurashtra Kayah_Li Rejang Meetei_Mayek " +
  "Buginese Syloti_Nagri Phags_Pa Bamum Lisu Samaritan Mandaic Adlam Osage Deseret Shavian Osmanya Linear_A Linear_B Cypriot Ugaritic " +
  "Old_Persian Old_Italic Old_Permic Old_Turkic Old_Hungarian Old_South_Arabian Old_North_Arabian Old_Sogdian Old_Uyghur Cuneiform " +
  "Egyptian_Hieroglyphs Anatolian_Hieroglyphs Meroitic_Hieroglyphs Meroitic_Cursive Phoenician Lydian Lycian Carian Imperial_Aramaic " +
  "Inscriptional_Parthian Inscriptional_Pahlavi Psalter_Pahlavi Avestan Hatran Nabataean Palmyrene Elymaic Sogdian Chorasmian Manichaean " +
  "Kharoshthi Brahmi Kaithi Sora_Sompeng Chakma Sharada Takri Khojki Khudawadi Grantha Newa Tirhuta Siddham Modi Ahom Dogra Warang_Citi " +
  "Nandinagari Zanabazar_Square Soyombo Pau_Cin_Hau Bhaiksuki Marchen Masaram_Gondi Gunjala_Gondi Makasar Mro Tangsa Bassa_Vah Pahawh_Hmong " +
  "Medefaidrin Miao Tangut Nushu Khitan_Small_Script Duployan SignWriting Nyiakeng_Puachue_Hmong Wancho Toto Mende_Kikakui " +
  "Hanifi_Rohingya Yezidi Cypro_Minoan Vithkuqi Dives_Akuru Multani Mahajani Elbasan Caucasian_Albanian";

const scripts = names.split(" ").map((name) => ({ name, pattern: new RegExp(`^\\p{Script=${name}}$`, "u") }));
const known = new Map<number, string>();

/** The script's long name; "Unknown" for a character that has none. */
export function scriptOf(point: number): string {
  const found = known.get(point);
  if (found !== undefined) return found;
  const character = String.fromCodePoint(point);
  const name = scripts.find(({ pattern }) => pattern.test(character))?.name ?? "Unknown";
  known.set(point, name);
  return name;
}
