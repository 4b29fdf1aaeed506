/** How wide a figure may be, by where the paper goes: from the style files and guides themselves. */
export interface Column {
  summary: string;
  inches: number;
  /** Points of its text; ticks and notes are one smaller, 7 at least. */
  points: number;
  reference: string;
}

const acl = "acl.sty of acl-org/acl-style-files: A4, margins of 2.5 cm, \\columnsep 0.6 cm";
const icml = "icml2025.sty: \\textwidth 6.75in, \\columnsep 0.25in";
const ieee = "IEEE Author Center, Size requirements for graphics";
const nature = "Nature research figure guide, Building and exporting figure panels: text of 5 to 7 pt";

export const columns = {
  single: { summary: "one of two columns of a letter page", inches: 3.25, points: 8, reference: icml },
  double: { summary: "both columns of a letter page", inches: 6.75, points: 8, reference: icml },
  acl: { summary: "a column of ACL, EMNLP, NAACL", inches: 7.7 / 2.54, points: 8, reference: acl },
  "acl-wide": { summary: "both columns of ACL", inches: 16 / 2.54, points: 8, reference: acl },
  neurips: { summary: "the text of NeurIPS", inches: 5.5, points: 8, reference: "neurips_2026.sty: textwidth=5.5in" },
  icml: { summary: "a column of ICML", inches: 3.25, points: 8, reference: icml },
  "icml-wide": { summary: "both columns of ICML", inches: 6.75, points: 8, reference: icml },
  ieee: { summary: "a column of IEEE journals", inches: 3.5, points: 8, reference: ieee },
  "ieee-wide": { summary: "both columns of IEEE journals", inches: 7.16, points: 8, reference: ieee },
  jmlr: { summary: "the text of JMLR", inches: 6, points: 8, reference: "jmlr2e.sty: \\textwidth 6.0 true in" },
  nature: { summary: "a column of Nature", inches: 89 / 25.4, points: 7, reference: nature },
  "nature-wide": { summary: "both columns of Nature", inches: 183 / 25.4, points: 7, reference: nature },
} as const satisfies Record<string, Column>;

export type ColumnName = keyof typeof columns;

export function columnNamed(caller: string, name: string): Column {
  const found = Object.hasOwn(columns, name) ? columns[name as ColumnName] : undefined;
  if (!found) throw new Error(`${caller}: invalid column: ${name} (one of ${Object.keys(columns).join(", ")})`);
  return found;
}
