/** Readers of what a sweep is told to do and what it keeps: its file and the searches in it, a cluster's profile, the ledger, the plan. */
import { join } from "node:path";
import { readJson } from "../../../src/json-file.js";
import { expand, parseProfile, readLedger, readPlan, searchIn, searches } from "../../../src/sweep/index.js";
import { intactIn, isIntact } from "../../../src/runs/intact.js";
import { readIntact } from "../../../src/sweep/intact.js";
import type { Target } from "../types.js";
import { json, jsonLines } from "./files.js";
import { recipe } from "./recipe.js";

/** Evaluated where ASHA looks. */
const staged = { ...recipe, steps: 400, evaluate: { at: [50, 200, 400], bytes: 1000 } };

/** Every form of a field that varies. */
const vary = {
  seed: [1, 2],
  "schedule.peak": { from: 1e-4, to: 1e-2, scale: "log" },
  batch: { from: 2, to: 8, integer: true },
  "schedule.warmup": { from: 0, to: 0.2 },
  mixture: { shares: ["en", "ko"], from: 0.1, to: 0.9 },
};

export const sweepTargets: readonly Target[] = [
  {
    name: "sweep-file",
    summary: "a sweep's file",
    sources: ["src/sweep/grid.ts"],
    seeds: () => [
      {
        "sweep.json": json({
          recipe,
          vary: { seed: [1, 2], "schedule.peak": [0.001, 0.0003], mixture: [{ en: 1, ko: 0 }] },
        }),
      },
    ],
    read: (dir) => expand(readJson(join(dir, "sweep.json"), "sweep")),
  },
  {
    name: "sweep-search",
    summary: "a sweep's file with a search: ranges, shares, and the options of every search",
    sources: ["src/sweep/grid.ts", "src/sweep/searches/axis.ts", "src/sweep/searches/registry.ts"],
    seeds: () =>
      Object.entries(searches)
        .filter(([name]) => name !== "grid")
        .map(([name, { example }]) => ({
          "sweep.json": json({ recipe: staged, vary, search: { name, ...example } }),
        })),
    async read(dir) {
      const search = searchIn(readJson(join(dir, "sweep.json"), "sweep"));
      return [search.most, search.fields, await search.propose(() => undefined)];
    },
  },
  {
    name: "sweep-profile",
    summary: "what a run may have on a cluster",
    sources: ["src/sweep/profile.ts"],
    seeds: () => [
      {
        "profile.json": json({
          partition: "gpu",
          account: "lab",
          qos: "low",
          time: "1-12:00:00",
          cpus: 4,
          memory: "16G",
          gpus: "a100:1",
          options: ["--exclusive", "--constraint=avx512"],
          modules: ["node/20"],
          setup: ["export A=1"],
          throttle: 8,
          command: "npx palimpsest",
          bucket: "s3://mine/sweep",
          spot: true,
        }),
      },
    ],
    read: (dir) => parseProfile(readJson(join(dir, "profile.json"), "profile")),
  },
  {
    name: "sweep-ledger",
    summary: "what became of a sweep's jobs",
    sources: ["src/sweep/ledger.ts"],
    seeds: () => [
      {
        "sweep.jsonl": jsonLines(
          { key: "a", name: "x", status: "finished", dir: "runs/a" },
          { key: "b", name: "y", status: "failed", dir: "runs/b", error: "a line" },
        ),
      },
    ],
    read: (dir) => [...readLedger(join(dir, "sweep.jsonl"))],
  },
  {
    name: "sweep-intact",
    summary: "runs of a sweep that were found whole, and what a run says of itself",
    sources: ["src/sweep/intact.ts", "src/runs/intact.ts"],
    seeds: () => [
      {
        "intact.json": json({
          format: 1,
          runs: {
            a: { called: '{"labels":{},"name":"a"}', files: { "run.json": "100 1764438300000.5 1764438300000.5" } },
            b: { called: '{"labels":{},"name":"a"}', files: { "run.json": "", "model/config.json": "" } },
          },
        }),
      },
      { "intact.json": json({ format: 1, called: '{"labels":{},"name":"a"}', files: { "run.json": "100 1.5 1.5" } }) },
    ],
    // What is not as it was found is read again: nothing of these files is ever refused.
    read: (dir) => [
      ...[...readIntact(dir)].map(([name, known]) => [name, isIntact(dir, known)]),
      isIntact(dir, intactIn(dir)),
    ],
  },
  {
    name: "sweep-plan",
    summary: "the jobs of a sweep's last call",
    sources: ["src/sweep/plan.ts"],
    seeds: () => [
      {
        "plan.json": json({
          format: 1,
          executor: "local",
          profile: {},
          inputs: { "/a/en.txt": { hash: "0123456789abcdef", changed: 1 } },
          jobs: [{ key: "a", name: "x", run: "x-a", recipe, reads: ["/a/en.txt"] }],
        }),
      },
    ],
    read: (dir) => readPlan(dir),
  },
];
