/**
 * What differs between runs, and what came of it: settings that are not the same in all, the last evaluations of each arm, and the
 * difference to the first arm over runs that share a seed and every other setting (`measure.pairedDifference`).
 */
import { mean } from "../../measure/mean.js";
import { type PairedDifference, pairedDifference } from "../../measure/paired.js";
import type { Cell, Row } from "../readers/types.js";
import { isSeed, roleOf } from "./roles.js";
import { columnOf, columnsOf } from "./where.js";

export interface CompareOptions {
  /** Of `runs.store`, two or more. */
  rows: readonly Row[];
  /** The column that tells the arms apart; defaults to the only label that differs, else the only setting. */
  by?: string;
  /** The arm that the others are compared with, as its cell reads; defaults to the first, of numbers the lowest. */
  against?: string;
}

export interface Arm {
  /** The arm's cell, as text. */
  arm: string;
  runs: number;
  /** By metric, the mean over its runs. */
  means: Record<string, number>;
  /** By metric, this arm less the other, over pairs of runs; absent in the arm compared with, and where fewer than two pairs are. */
  differences: Record<string, PairedDifference & { pairs: number }>;
}

export interface Compared {
  /** Settings that differ: of each run a cell, in the order of the rows. */
  differing: Record<string, Cell[]>;
  /** Columns of the last evaluations. */
  metrics: string[];
  /** What may tell the arms apart. */
  might: string[];
  /** What tells the arms apart; absent where nothing does, or several things might. */
  by?: string;
  /** The first is what the others are compared with. */
  arms: Arm[];
}

export function compare({ rows, by: asked, against }: CompareOptions): Compared {
  if (rows.length < 2) throw new Error(`runs.compare: invalid rows: ${rows.length} (two runs or more)`);
  const all = columnsOf(rows);
  const metrics = all.filter((name) => roleOf(name) === "metric");
  const settings = all.filter((name) => ["label", "setting"].includes(roleOf(name)));
  const varied = settings.filter((name) => new Set(rows.map((row) => row[name] ?? null)).size > 1);
  const differing = Object.fromEntries(varied.map((name) => [name, rows.map((row) => row[name] ?? null)]));
  const might = tellers(varied, rows);
  const by = asked !== undefined ? columnOf(rows, asked) : might.length === 1 ? might[0] : undefined;
  if (by === undefined) return { differing, metrics, might, arms: [] };
  const groups = grouped(rows, (row) => String(row[by] ?? ""));
  const names = [...groups.keys()];
  if (rows.every((row) => typeof row[by] === "number")) names.sort((a, b) => Number(a) - Number(b));
  if (against !== undefined && !groups.has(against))
    throw new Error(`runs.compare: invalid against: ${against} (${by} is ${names.slice(0, 12).join(", ")})`);
  const first = against ?? names[0]!;
  const others = varied.filter((name) => name !== by && !isSeed(name) && !follows(name, by, rows));
  const keyOf = (row: Row): string => JSON.stringify(["seed", ...others].map((name) => row[name] ?? null));
  const base = groups.get(first)!;
  const arms = [first, ...names.filter((name) => name !== first)].map((arm): Arm => {
    const own = groups.get(arm)!;
    const means: Arm["means"] = {};
    const differences: Arm["differences"] = {};
    for (const metric of metrics) {
      const values = numbers(own, metric);
      if (values.length > 0) means[metric] = mean(values);
      if (arm === first) continue;
      const [ours, theirs] = [byKey(own, metric, keyOf), byKey(base, metric, keyOf)];
      const pairs = [...ours.keys()].filter((key) => theirs.has(key));
      if (pairs.length < 2) continue;
      const paired = pairedDifference({
        values: pairs.map((key) => mean(ours.get(key)!)),
        against: pairs.map((key) => mean(theirs.get(key)!)),
      });
      differences[metric] = { ...paired, pairs: pairs.length };
    }
    return { arm, runs: own.length, means, differences };
  });
  return { differing, metrics, might, by, arms };
}

/**
 * What may tell arms apart where nobody says: labels that differ, else settings that do; of those that split the runs alike (both
 * shares of two domains) the first alone. What goes with the seed, or came out of the run, tells none apart.
 */
function tellers(varied: readonly string[], rows: readonly Row[]): string[] {
  const split = (name: string): string => {
    const parts = new Map<Cell, number>();
    return rows
      .map((row) => parts.get(row[name] ?? null) ?? (parts.set(row[name] ?? null, parts.size), parts.size))
      .join(" ");
  };
  const repeated = new Set(rows.map(({ seed }) => seed)).size < rows.length;
  const bySeed = (name: string): boolean => repeated && follows(name, "seed", rows);
  const told = varied.filter((name) => !isSeed(name) && !name.startsWith("realised_") && !bySeed(name));
  const labels = told.filter((name) => roleOf(name) === "label");
  const found = new Map<string, string>();
  for (const name of labels.length > 0 ? labels : told) if (!found.has(split(name))) found.set(split(name), name);
  return [...found.values()];
}

/** Whether the arm and the seed say what stands there: a setting that goes with them is no other setting to be matched. */
function follows(name: string, by: string, rows: readonly Row[]): boolean {
  const groups = grouped(rows, (row) => JSON.stringify([row[by] ?? null, row.seed ?? null]));
  return [...groups.values()].every((own) => own.every((row) => (row[name] ?? null) === (own[0]![name] ?? null)));
}

function byKey(rows: readonly Row[], metric: string, keyOf: (row: Row) => string): Map<string, number[]> {
  const groups = grouped(
    rows.filter((row) => typeof row[metric] === "number"),
    keyOf,
  );
  return new Map([...groups].map(([key, own]) => [key, numbers(own, metric)]));
}

function grouped(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const own = groups.get(key);
    if (own) own.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

const numbers = (rows: readonly Row[], metric: string): number[] =>
  rows.map((row) => row[metric]).filter((cell) => typeof cell === "number");
