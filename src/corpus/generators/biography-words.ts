/**
 * What biographies say, in the languages that they can be told in: four attributes, five ways to say each, and the question about it.
 * {n} is the person, {o} the value. Nothing is inflected but the person's name, by what is joined to it.
 */
export interface BiographyLanguage {
  /** By attribute. */
  attributes: readonly { ways: readonly string[]; question: string }[];
  /** Before the question and before its answer. */
  asks: readonly [question: string, answer: string];
}

/** In order. A value is an invented name, or of the first a year from 1900 on. */
export const attributes = ["year", "city", "school", "company"] as const;
export const biographyWays = 5;

export const biographyLanguages = {
  en: {
    asks: ["Question:", "Answer:"],
    attributes: [
      {
        ways: [
          "{n} was born in the year {o}.",
          "The birth of {n} fell in the year {o}.",
          "In {o}, {n} came into the world.",
          "{n} has lived since {o}.",
          "The parents of {n} had their child in {o}.",
        ],
        question: "In which year was {n} born?",
      },
      {
        ways: [
          "{n} grew up in the city of {o}.",
          "The home town of {n} is {o}.",
          "It was in {o} that {n} spent the first years.",
          "{n} calls {o} home.",
          "As a child, {n} lived in {o}.",
        ],
        question: "In which city did {n} grow up?",
      },
      {
        ways: [
          "{n} studied at the school of {o}.",
          "The diploma of {n} is from {o}.",
          "It was {o} where {n} learned the trade.",
          "{n} took all exams at {o}.",
          "As a student, {n} went to {o}.",
        ],
        question: "At which school did {n} study?",
      },
      {
        ways: [
          "{n} works for the company {o}.",
          "The employer of {n} is {o}.",
          "It is {o} that pays {n}.",
          "{n} has a desk at {o}.",
          "Every morning, {n} goes to work at {o}.",
        ],
        question: "For which company does {n} work?",
      },
    ],
  },
  de: {
    asks: ["Frage:", "Antwort:"],
    attributes: [
      {
        ways: [
          "{n} wurde im Jahr {o} geboren.",
          "Die Geburt von {n} fiel in das Jahr {o}.",
          "Im Jahr {o} kam {n} zur Welt.",
          "{n} lebt seit dem Jahr {o}.",
          "Die Eltern von {n} bekamen ihr Kind im Jahr {o}.",
        ],
        question: "In welchem Jahr wurde {n} geboren?",
      },
      {
        ways: [
          "{n} wuchs in der Stadt {o} auf.",
          "Die Heimatstadt von {n} ist {o}.",
          "In {o} verbrachte {n} die ersten Jahre.",
          "{n} nennt {o} die Heimat.",
          "Als Kind lebte {n} in {o}.",
        ],
        question: "In welcher Stadt wuchs {n} auf?",
      },
      {
        ways: [
          "{n} studierte an der Schule {o}.",
          "Das Diplom von {n} stammt von der Schule {o}.",
          "An der Schule {o} lernte {n} den Beruf.",
          "{n} legte alle Prüfungen an der Schule {o} ab.",
          "Zum Lernen ging {n} an die Schule {o}.",
        ],
        question: "An welcher Schule studierte {n}?",
      },
      {
        ways: [
          "{n} arbeitet für die Firma {o}.",
          "Der Arbeitgeber von {n} ist {o}.",
          "Von der Firma {o} bekommt {n} den Lohn.",
          "{n} hat einen Schreibtisch bei {o}.",
          "Jeden Morgen geht {n} zur Arbeit bei {o}.",
        ],
        question: "Für welche Firma arbeitet {n}?",
      },
    ],
  },
  fi: {
    asks: ["Kysymys:", "Vastaus:"],
    attributes: [
      {
        ways: [
          "{n} syntyi vuonna {o}.",
          "{n}n syntymävuosi on {o}.",
          "Vuonna {o} {n} tuli maailmaan.",
          "{n} on elänyt vuodesta {o}.",
          "{n}n vanhemmat saivat lapsensa vuonna {o}.",
        ],
        question: "Minä vuonna {n} syntyi?",
      },
      {
        ways: [
          "{n} varttui kaupungissa nimeltä {o}.",
          "{n}n kotikaupunki on {o}.",
          "Kaupungissa nimeltä {o} {n} vietti ensimmäiset vuotensa.",
          "{n}n koti on kaupungissa nimeltä {o}.",
          "Lapsena {n} asui kaupungissa nimeltä {o}.",
        ],
        question: "Missä kaupungissa {n} varttui?",
      },
      {
        ways: [
          "{n} opiskeli koulussa nimeltä {o}.",
          "{n}n todistuksen antoi {o}.",
          "Koulussa nimeltä {o} {n} oppi ammattinsa.",
          "{n} suoritti kaikki kokeet koulussa nimeltä {o}.",
          "Opiskelijana {n} kävi koulua nimeltä {o}.",
        ],
        question: "Missä koulussa {n} opiskeli?",
      },
      {
        ways: [
          "{n} työskentelee yrityksessä nimeltä {o}.",
          "{n}n työnantaja on {o}.",
          "Yritys nimeltä {o} maksaa {n}n palkan.",
          "{n}n työpöytä on yrityksessä nimeltä {o}.",
          "Joka aamu {n} menee töihin yritykseen nimeltä {o}.",
        ],
        question: "Missä yrityksessä {n} työskentelee?",
      },
    ],
  },
  ko: {
    asks: ["질문:", "답:"],
    attributes: [
      {
        ways: [
          "{n}의 출생 연도는 {o}입니다.",
          "{n} 씨는 {o}년에 태어났습니다.",
          "{o}년에 {n} 씨가 세상에 나왔습니다.",
          "{n} 씨는 {o}년부터 살아왔습니다.",
          "{n}의 부모는 {o}년에 아이를 얻었습니다.",
        ],
        question: "{n} 씨는 몇 년에 태어났습니까?",
      },
      {
        ways: [
          "{n}의 고향은 {o}입니다.",
          "{n} 씨는 {o} 시에서 자랐습니다.",
          "{o} 시에서 {n} 씨는 어린 시절을 보냈습니다.",
          "{n} 씨의 집은 {o} 시에 있습니다.",
          "어릴 때 {n} 씨는 {o} 시에 살았습니다.",
        ],
        question: "{n} 씨는 어느 도시에서 자랐습니까?",
      },
      {
        ways: [
          "{n}의 모교는 {o}입니다.",
          "{n} 씨는 {o} 학교에서 공부했습니다.",
          "{o} 학교에서 {n} 씨는 기술을 배웠습니다.",
          "{n} 씨의 졸업장은 {o} 학교의 것입니다.",
          "학생 때 {n} 씨는 {o} 학교에 다녔습니다.",
        ],
        question: "{n} 씨는 어느 학교에서 공부했습니까?",
      },
      {
        ways: [
          "{n}의 직장은 {o}입니다.",
          "{n} 씨는 {o} 회사에서 일합니다.",
          "{o} 회사가 {n} 씨에게 월급을 줍니다.",
          "{n} 씨의 책상은 {o} 회사에 있습니다.",
          "매일 아침 {n} 씨는 {o} 회사로 출근합니다.",
        ],
        question: "{n} 씨는 어느 회사에서 일합니까?",
      },
    ],
  },
} as const satisfies Record<string, BiographyLanguage>;

export const biographyLanguageNames = ["en", "de", "fi", "ko", "clone"] as const satisfies (
  keyof typeof biographyLanguages | "clone"
)[];
export type BiographyLanguageName = (typeof biographyLanguageNames)[number];
