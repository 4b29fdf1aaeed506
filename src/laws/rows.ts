/** Rows in, checked numbers out. Everything that makes a fit meaningless is refused here, in one line that names the row. */
import type { Data, Input, Law } from "./types.js";

export interface RowOptions {
  /** Plain objects; other columns are ignored. */
  rows: readonly object[];
  /** Column of the loss; defaults to "loss". */
  loss?: string;
  /** Column for each of the law's inputs; defaults to the input's own name. */
  columns?: Record<string, string>;
  /** Column that names the run a row came from; defaults to "run", and without it every row is its own run. */
  run?: string;
  /** What to do with rows outside the law's domain, e.g. share 0 under a power of the share, or NaN where a run diverged; defaults to "refuse". */
  outside?: "refuse" | "drop";
}

export interface Checked extends Data {
  dropped: number;
  /** Rows that repeat an earlier row of the same named run to the digit: usually a file read twice. */
  repeated: number;
}

export function checkRows(caller: string, law: Law, needsLog: boolean, options: RowOptions): Checked {
  const { rows, loss = "loss", columns = {}, run = "run", outside = "refuse" } = options;
  const data: Checked = { x: [], y: [], run: [], dropped: 0, repeated: 0 };
  const seen = new Set<string>();
  rows.forEach((row, i) => {
    const cells = row as Record<string, unknown>;
    const cell = (column: string): number => {
      const value = cells[column];
      if (typeof value === "number" && Number.isFinite(value)) return value;
      throw new Error(`${caller}: invalid ${column}: ${show(value)} in row ${i + 1}; give a finite number`);
    };
    const names = law.inputs.map((input) => columns[input.name] ?? input.name);
    if (outside === "drop" && [...names, loss].some((name) => isLost(cells[name]))) return void data.dropped++;
    const x = names.map(cell);
    const y = cell(loss);
    const wrong = law.inputs.findIndex((input, j) => !inside(input, x[j]!));
    if (wrong >= 0 && outside === "drop") return void data.dropped++;
    if (wrong >= 0) {
      const input = law.inputs[wrong]!;
      throw new Error(
        `${caller}: invalid ${names[wrong]}: ${x[wrong]} in row ${i + 1}; ${law.name} holds for ${domainOf(input)}; ${percents(input, rows, names[wrong]!) ? "these look like percent: divide by 100" : 'leave the row out or say outside: "drop"'}`,
      );
    }
    if (needsLog && !(y > 0)) {
      throw new Error(`${caller}: invalid ${loss}: ${y} in row ${i + 1}; a fit of log-loss needs positive losses`);
    }
    data.x.push(x);
    data.y.push(y);
    const name = cells[run];
    data.run.push(name === undefined ? `row ${i + 1}` : String(name));
    if (name === undefined) return;
    const told = `${String(name)} ${x.join(" ")} ${y}`;
    if (seen.has(told)) data.repeated++;
    seen.add(told);
  });
  enough(caller, law, columns, data);
  return data;
}

function enough(caller: string, law: Law, columns: Record<string, string>, data: Data): void {
  const needed = law.parameters.length;
  if (data.y.length < needed) {
    throw new Error(
      `${caller}: invalid rows: ${data.y.length} for the ${needed} constants of ${law.name}; bring at least ${needed}`,
    );
  }
  law.inputs.forEach((input, j) => {
    if (data.x.every((x) => x[j] === data.x[0]![j])) {
      const column = columns[input.name] ?? input.name;
      throw new Error(
        `${caller}: invalid ${column}: ${data.x[0]![j]} in every row; a law of ${column} needs it to vary`,
      );
    }
  });
  const places = new Set<string>();
  for (const x of data.x) if (places.add(x.join(" ")).size >= needed) return;
  if (places.size < needed) {
    throw new Error(
      `${caller}: invalid rows: only ${places.size} different settings for the ${needed} constants of ${law.name}; bring at least ${needed}`,
    );
  }
}

/** What a diverged run leaves. */
const isLost = (value: unknown): boolean => typeof value === "number" && !Number.isFinite(value);

/** Whether a column of shares is rather one of percent: nothing below 0 or beyond 100, and something well beyond 1. */
export function percents({ min, max }: Input, rows: readonly object[], column: string): boolean {
  const values = rows.map((row) => (row as Record<string, unknown>)[column]);
  const within = (value: unknown): boolean => typeof value === "number" && !(value < 0) && !(value > 100);
  return min >= 0 && max === 1 && values.every(within) && values.some((value) => (value as number) > 2);
}

export function inside({ min, max, openMin }: Input, value: number): boolean {
  return (openMin ? value > min : value >= min) && value <= max;
}

export function domainOf({ name, min, max, openMin }: Input): string {
  return `${min} ${openMin ? "<" : "<="} ${name} <= ${max}`;
}

const show = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));
