/**
 * What invented facts are about, in the languages that they can be told in: eight relations with ten values each, and five ways to
 * say one, the value last. {s} is the subject, and {r} the relation in the form that a template asks for.
 */
import * as z from "zod";

export interface FactLanguage {
  /** Five ways of saying: the text before the value, and the number of the form of the relation that it has. */
  ways: readonly (readonly [text: string, form: number])[];
  /** What follows the value, by way. */
  ends: readonly string[];
  /** By relation: its forms, and its ten values, which stand in the same order in every language; in one text, they have blanks between. */
  relations: readonly (readonly [forms: readonly string[], values: string | readonly string[]])[];
}

/** Names of the relations, in order. */
export const relations = ["colour", "month", "metal", "food", "drink", "country", "subject", "sport"] as const;
export const ways = 5;

export const factLanguages = {
  en: {
    ways: [
      ["The {r} of {s} is", 0],
      ["{s}'s {r} is", 0],
      ["Ask for the {r} of {s}, and the answer is", 0],
      ["Everyone knows the {r} of {s}:", 0],
      ["{s} has one {r}, and it is", 0],
    ],
    ends: [".", ".", ".", ".", "."],
    relations: [
      [["colour"], "red blue green yellow black white brown grey orange purple"],
      [["month"], "January February March April May June July August September October"],
      [["metal"], "gold silver iron copper lead tin zinc nickel steel bronze"],
      [["food"], "bread rice cheese honey soup meat fish salad cake butter"],
      [["drink"], "water milk tea coffee wine beer juice cocoa lemonade rum"],
      [["country"], "France Spain Italy Poland Greece Portugal Japan China India Brazil"],
      [["subject"], "history chemistry music geography physics biology art mathematics philosophy religion"],
      [["sport"], "football tennis chess swimming skiing boxing rowing fencing golf sailing"],
    ],
  },
  de: {
    // Nominative, accusative and dative with their article, and the bare noun.
    ways: [
      ["{r} von {s} ist", 0],
      ["{s}s {r} ist", 3],
      ["Fragt man nach {r} von {s}, ist die Antwort", 2],
      ["Alle kennen {r} von {s}:", 1],
      ["Bei {s} heißt {r}", 4],
    ],
    ends: [".", ".", ".", ".", "."],
    relations: [
      [
        ["Die Farbe", "die Farbe", "der Farbe", "Farbe", "die Farbe"],
        "rot blau grün gelb schwarz weiß braun grau orange violett",
      ],
      [
        ["Der Monat", "den Monat", "dem Monat", "Monat", "der Monat"],
        "Januar Februar März April Mai Juni Juli August September Oktober",
      ],
      [
        ["Das Metall", "das Metall", "dem Metall", "Metall", "das Metall"],
        "Gold Silber Eisen Kupfer Blei Zinn Zink Nickel Stahl Bronze",
      ],
      [
        ["Das Essen", "das Essen", "dem Essen", "Essen", "das Essen"],
        "Brot Reis Käse Honig Suppe Fleisch Fisch Salat Kuchen Butter",
      ],
      [
        ["Das Getränk", "das Getränk", "dem Getränk", "Getränk", "das Getränk"],
        "Wasser Milch Tee Kaffee Wein Bier Saft Kakao Limonade Rum",
      ],
      [
        ["Das Land", "das Land", "dem Land", "Land", "das Land"],
        "Frankreich Spanien Italien Polen Griechenland Portugal Japan China Indien Brasilien",
      ],
      [
        ["Das Fach", "das Fach", "dem Fach", "Fach", "das Fach"],
        "Geschichte Chemie Musik Geographie Physik Biologie Kunst Mathematik Philosophie Religion",
      ],
      [
        ["Der Sport", "den Sport", "dem Sport", "Sport", "der Sport"],
        "Fußball Tennis Schach Schwimmen Skifahren Boxen Rudern Fechten Golf Segeln",
      ],
    ],
  },
  fi: {
    ways: [
      ["{s}n {r} on", 0],
      ["Jos kysytään, mikä {s}n {r} on, vastaus on", 0],
      ["Kaikki tietävät, mikä on {s}n {r}:", 0],
      ["Tässä on {s}n {r}:", 0],
      ["Mikä on {s}n {r}? Se on", 0],
    ],
    ends: [".", ".", ".", ".", "."],
    relations: [
      [["väri"], "punainen sininen vihreä keltainen musta valkoinen ruskea harmaa oranssi violetti"],
      [["kuukausi"], "tammikuu helmikuu maaliskuu huhtikuu toukokuu kesäkuu heinäkuu elokuu syyskuu lokakuu"],
      [["metalli"], "kulta hopea rauta kupari lyijy tina sinkki nikkeli teräs pronssi"],
      [["ruoka"], "leipä riisi juusto hunaja keitto liha kala salaatti kakku voi"],
      [["juoma"], "vesi maito tee kahvi viini olut mehu kaakao limonadi rommi"],
      [["maa"], "Ranska Espanja Italia Puola Kreikka Portugali Japani Kiina Intia Brasilia"],
      [["oppiaine"], "historia kemia musiikki maantiede fysiikka biologia taide matematiikka filosofia uskonto"],
      [["urheilulaji"], "jalkapallo tennis shakki uinti hiihto nyrkkeily soutu miekkailu golf purjehdus"],
    ],
  },
  ko: {
    // The bare noun, as the topic, and as the object.
    ways: [
      ["{s}의 {r}", 1],
      ["누군가 {s}의 {r} 물으면 대답은", 2],
      ["누구나 아는 {s}의 {r}:", 0],
      ["잘 알려진 {s}의 {r} 바로", 1],
      ["{s}의 경우에 {r}", 1],
    ],
    ends: ["입니다.", "입니다.", ".", "입니다.", "입니다."],
    relations: [
      [["색", "색은", "색을"], "빨강 파랑 초록 노랑 검정 하양 갈색 회색 주황 보라"],
      [["달", "달은", "달을"], "1월 2월 3월 4월 5월 6월 7월 8월 9월 10월"],
      [["금속", "금속은", "금속을"], "금 은 철 구리 납 주석 아연 니켈 강철 청동"],
      [["음식", "음식은", "음식을"], "빵 밥 치즈 꿀 수프 고기 생선 샐러드 케이크 버터"],
      [["음료", "음료는", "음료를"], "물 우유 차 커피 와인 맥주 주스 코코아 레모네이드 럼주"],
      [["나라", "나라는", "나라를"], "프랑스 스페인 이탈리아 폴란드 그리스 포르투갈 일본 중국 인도 브라질"],
      [["과목", "과목은", "과목을"], "역사 화학 음악 지리 물리 생물 미술 수학 철학 종교"],
      [["운동", "운동은", "운동을"], "축구 테니스 체스 수영 스키 권투 조정 펜싱 골프 요트"],
    ],
  },
} as const satisfies Record<string, FactLanguage>;

/** How a language of the user's own is written down. */
export const factLanguage = z.strictObject({
  ways: z.array(z.tuple([z.string(), z.int().min(0)])),
  ends: z.array(z.string()),
  relations: z.array(z.tuple([z.array(z.string()), z.union([z.string(), z.array(z.string())])])),
});

export const valuesOf = (values: string | readonly string[]): readonly string[] =>
  typeof values === "string" ? values.split(" ") : values;

/** Whether it has all that the first `count` relations need. */
export function checkFactLanguage(
  name: string,
  { ways: own, ends, relations: all }: FactLanguage,
  count: number,
): void {
  const refuse = (what: string): Error => new Error(`facts: invalid words: ${name} (${what})`);
  if (own.length !== ways || ends.length !== ways) throw refuse(`${ways} ways, and as many ends`);
  const lacking = own.find(([text]) => !(text.includes("{s}") && text.includes("{r}")));
  if (lacking) throw refuse(`"${lacking[0]}" needs {s}, the subject, and {r}, the relation`);
  if (all.length < count) throw refuse(`${all.length} relations of ${count}`);
  for (const [forms, values] of all.slice(0, count)) {
    const form = own.find(([, number]) => forms[number] === undefined);
    if (form) throw refuse(`${forms[0]} has no form ${form[1]}`);
    const list = valuesOf(values);
    if (list.length !== 10 || new Set(list).size !== 10 || list.includes(""))
      throw refuse(`${forms[0]} has ${new Set(list).size} values; ten different ones`);
  }
}
