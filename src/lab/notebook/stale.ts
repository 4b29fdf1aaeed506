/**
 * Which cells of a notebook are not what its executed copy shows: their own code, what the library does behind the names
 * they import, or a value they take from another cell is another than it was. Read from both files; nothing runs. Blind
 * to what is not in the cells' names: data files, the clock, an object changed through another name for it.
 */
import { createHash } from "node:crypto";
import { isRecord } from "../../foreign.js";
import { namesOf, type CellNames, type Imported } from "./cell-names.js";
import { libraryHash } from "./library-files.js";
import { isRun, type Cell, type Notebook } from "./notebook.js";

/** What a run writes down of a cell, as `metadata.palimpsest`, to be compared with later: hashes. */
export interface CellRecord {
  /** Of its code without comments and layout. */
  source: string;
  /** Of the files behind what it asks of its imports. */
  library: string;
  /** Of each name that it takes from earlier cells: of all that made the value. */
  uses: Record<string, string>;
}

/** A cell that runs, among the others. */
export interface KnownCell {
  cell: Cell;
  /** 1 for the first cell of the notebook, markdown counted. */
  number: number;
  record: CellRecord;
  /** By name, the cells that made what it takes. */
  needs: Map<string, KnownCell[]>;
}

interface Value {
  hash: string;
  makers: KnownCell[];
  imported?: Imported;
}

/** Every cell that runs, in order. `folder` is where the notebook's relative imports start. */
export function cellsOf(notebook: Notebook, folder: string): KnownCell[] {
  const values = new Map<string, Value>();
  return notebook.cells.flatMap((cell, at): KnownCell[] => {
    if (!isRun(cell)) return [];
    const names = namesOf(cell.source);
    const taken = [...names.uses.keys()].flatMap((name) =>
      values.has(name) ? [[name, values.get(name)!] as const] : [],
    );
    const needs = new Map(taken.map(([name, { makers }]) => [name, makers]));
    const known: KnownCell = { cell, number: at + 1, record: recordOf(names, new Map(taken), folder), needs };
    const own = hashOf(known.record);
    for (const [name, value] of taken)
      if (names.changes.has(name))
        values.set(name, { ...value, hash: hashOf([value.hash, own]), makers: [...value.makers, known] });
    for (const [name, imported] of names.declares) values.set(name, { hash: own, makers: [known], imported });
    return [known];
  });
}

function recordOf({ code, uses, declares }: CellNames, taken: Map<string, Value>, folder: string): CellRecord {
  const asked = [...uses].flatMap(([name, chains]) => {
    const imported = declares.get(name) ?? taken.get(name)?.imported;
    return imported ? chains.map((members) => ({ imported, members })) : [];
  });
  const made = [...taken].filter(([, { imported }]) => imported === undefined);
  return {
    source: hashOf(code),
    library: libraryHash(asked, folder),
    uses: Object.fromEntries(made.map(([name, { hash }]) => [name, hash])),
  };
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}

export interface Reason {
  known: KnownCell;
  /** A line for a person: what is another than it was, or which stale cell needs it. */
  why: string;
  /** False for a cell that runs again only because a stale one needs what it makes. */
  stale: boolean;
}

/** The cells that have to run for the executed copy to be up to date, in order: a kernel starts empty. */
export function changedCells(cells: readonly KnownCell[], executed: Notebook | undefined): Reason[] {
  const before = new Map(executed?.cells.map((cell) => [cell.id, cell]));
  const reasons = new Map<KnownCell, Reason>();
  for (const known of cells) {
    const why = staleness(known, before.get(known.cell.id), (maker) => reasons.has(maker));
    if (why !== undefined) reasons.set(known, { known, why, stale: true });
  }
  // Makers come before what they make, so that from the end each cell is known to be needed when it is come to.
  for (const known of [...cells].reverse()) {
    if (!reasons.has(known)) continue;
    for (const [name, makers] of known.needs)
      for (const maker of makers)
        if (!reasons.has(maker))
          reasons.set(maker, { known: maker, why: `cell ${known.number} needs ${name}`, stale: false });
  }
  return cells.flatMap((known) => reasons.get(known) ?? []);
}

function staleness(
  { record, needs }: KnownCell,
  before: Cell | undefined,
  isStale: (maker: KnownCell) => boolean,
): string | undefined {
  const was = before?.metadata.palimpsest as CellRecord | undefined;
  if (!isRecord(was) || before?.outputs?.some((each) => each.output_type === "error")) return "has not run";
  if (was.source !== record.source) return "was changed";
  if (was.library !== record.library) return "the library was changed behind what it calls";
  const name = Object.keys(record.uses).find((each) => was.uses[each] !== record.uses[each]);
  if (name === undefined) return undefined;
  const makers = needs.get(name)!.filter(isStale);
  return `uses ${name}, which ${makers.map(({ number }) => `cell ${number}`).join(" and ") || "another cell"} made otherwise`;
}
