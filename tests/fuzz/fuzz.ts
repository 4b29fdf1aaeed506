/** A fuzzing run: which inputs, in which order, and what became of them, target by target. */
import { join } from "node:path";
import { limits as usual, type Limits } from "./limits.js";
import { supervise } from "./supervise.js";
import { kinds, type Batch, type Finding, type Kind, type Tally } from "./types.js";

export interface FuzzOptions {
  /** Names of targets, in order. */
  targets: readonly string[];
  /** The file that holds them. Defaults to the readers of the lab. */
  registry?: string;
  /** The same seed, the same inputs. */
  seed: number;
  /** Inputs in all, the same number for each target. Defaults to no end. */
  inputs?: number;
  /** Milliseconds after which nothing more is begun. Defaults to never. */
  time?: number;
  /** The first input of each target; defaults to 0. */
  first?: number;
  processes: number;
  /** What one input may cost. */
  limits?: Limits;
  onFinding?: (finding: Finding) => void;
  onTally?: (inputs: number) => void;
}

export interface Row extends Tally {
  found: Record<Kind, number>;
}

/** Inputs of a target before it is another's turn. */
const turn = 100;

export async function fuzz(options: FuzzOptions): Promise<{ rows: Row[]; findings: Finding[] }> {
  const {
    targets,
    seed,
    inputs = Infinity,
    time = Infinity,
    first = 0,
    processes,
    limits = usual,
    onFinding,
    onTally,
  } = options;
  const each = Math.ceil(inputs / targets.length);
  const end = Date.now() + time;
  const rows = new Map(
    targets.map((target): [string, Row] => [target, { target, inputs: 0, refused: 0, found: none() }]),
  );
  const findings: Finding[] = [];
  let tried = 0;
  await supervise({
    registry: options.registry ?? join(__dirname, "targets.ts"),
    batches: batchesOf({ targets, seed, first, each, end }),
    processes,
    limits,
    onTally(tally) {
      const row = rows.get(tally.target)!;
      row.inputs += tally.inputs;
      row.refused += tally.refused;
      onTally?.((tried += tally.inputs));
    },
    onFinding(finding) {
      findings.push(finding);
      rows.get(finding.target)!.found[finding.kind]++;
      onFinding?.(finding);
    },
  });
  return { rows: [...rows.values()], findings };
}

const none = (): Record<Kind, number> =>
  Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0])) as Record<Kind, number>;

/** A turn of each target, and again, until there are enough or the time is over. */
function* batchesOf(plan: {
  targets: readonly string[];
  seed: number;
  first: number;
  each: number;
  end: number;
}): Generator<Batch> {
  const { targets, seed, first, each, end } = plan;
  for (let from = first; from < first + each; from += turn)
    for (const target of targets) {
      if (Date.now() > end) return;
      yield { target, seed, from, to: Math.min(from + turn, first + each) };
    }
}

/** The counts as a table. */
export function table(rows: readonly Row[]): string {
  const names = Object.keys(kinds) as Kind[];
  const head = ["target", "inputs", "refused", ...names];
  const cells = (row: Row): string[] => [
    row.target,
    ...[row.inputs, row.refused, ...names.map((kind) => row.found[kind])].map(String),
  ];
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const total: Row = {
    target: "all",
    inputs: sum((row) => row.inputs),
    refused: sum((row) => row.refused),
    found: Object.fromEntries(names.map((kind) => [kind, sum((row) => row.found[kind])])) as Row["found"],
  };
  const lines = [head, ...rows.map(cells), cells(total)];
  const widths = head.map((_, k) => Math.max(...lines.map((line) => line[k]!.length)));
  const pad = (cell: string, k: number): string => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!));
  return lines.map((line) => line.map(pad).join("  ")).join("\n");
}
