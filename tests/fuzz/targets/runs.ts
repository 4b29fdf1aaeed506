/** Readers of what the lab keeps: runs, checkpoints, shards, and of what it is told to do: recipes, merges, tasks. */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJson } from "../../../src/json-file.js";
import { encode, open as openShard } from "../../../src/corpus/index.js";
import { kindsOf, open as openRun, read as readRun, table } from "../../../src/runs/index.js";
import { rowOf } from "../../../src/runs/store/row.js";
import { readJobs } from "../../../src/runs/jobs.js";
import { mergekit } from "../../../src/merge/index.js";
import { parseRecipe, readTask } from "../../../src/train/index.js";
import { latestCheckpoint, saveCheckpoint } from "../../../src/train/run/checkpoint.js";
import { byteTokenizer } from "../../corpus/toy.js";
import type { Files, Target } from "../types.js";
import { json, jsonLines, utf8 } from "./files.js";
import { recipe } from "./recipe.js";
import { runFolder } from "./run-folder.js";

function checkpoint(step: number): Files {
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-fuzz-seed-"));
  try {
    const weights = { a: { shape: [2], data: Float32Array.of(step, 2) } };
    const path = saveCheckpoint({
      dir,
      checkpoint: { step, weights, slots: weights, state: { rng: [1, 2, 3, step] } },
    });
    const name = `checkpoints/step-${String(step).padStart(8, "0")}`;
    const files = ["weights.safetensors", "slots.safetensors", "state.json"];
    return Object.fromEntries(files.map((file) => [`${name}/${file}`, readFileSync(join(path, file))]));
  } finally {
    rmSync(dir, { recursive: true });
  }
}

async function shard(): Promise<Uint8Array> {
  const dir = mkdtempSync(join(tmpdir(), "palimpsest-fuzz-seed-"));
  try {
    const path = join(dir, "a.tokens");
    (await encode({ documents: ["the first", "한국어", "third"], tokenizer: byteTokenizer(), path })).close();
    return readFileSync(path);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function readShard(dir: string): unknown {
  const found = openShard(join(dir, "a.tokens"));
  try {
    const ids = found.read(0, found.length);
    const strange = ids.find((id) => id >= found.vocabSize);
    if (strange !== undefined) throw new TypeError(`id ${strange} of ${found.vocabSize}`);
    const { starts, bytes, unspelled, tokenBytes } = found;
    return { ids, starts, bytes, unspelled, tokenBytes };
  } finally {
    found.close();
  }
}

export const runTargets: readonly Target[] = [
  {
    name: "run",
    summary: "a run's folder: its record, its metrics, its tables",
    sources: ["src/runs/record.ts", "src/runs/metrics.ts"],
    seeds: () => [runFolder()],
    read(dir) {
      const run = readRun(join(dir, "run"));
      return [run.record, table([run]).evaluations.objects(), kindsOf([rowOf(run)])];
    },
  },
  {
    name: "run-reopened",
    summary: "a run's folder, opened to go on",
    sources: ["src/runs/metrics.ts"],
    seeds: () => [runFolder()],
    read(dir) {
      const run = openRun(join(dir, "run"));
      run.truncateAfter(1);
      run.close();
      return readRun(join(dir, "run"));
    },
  },
  {
    name: "jobs",
    summary: "which runs of a folder are a sweep's",
    sources: ["src/runs/jobs.ts"],
    seeds: () => [{ "jobs.json": json({ format: 1, runs: ["a", "b"], inputs: { "en.txt": "hash" } }) }],
    read: (dir) => readJobs(dir),
  },
  {
    name: "checkpoint",
    summary: "the newest whole checkpoint of a run",
    sources: ["src/train/run/checkpoint.ts"],
    seeds: () => [checkpoint(5)],
    read(dir) {
      const found = latestCheckpoint(join(dir, "checkpoints"));
      // What an older version wrote has no hashes, and the run says so.
      if (found?.unverified !== undefined) throw new Error(`checkpoint: unverified: ${found.unverified}`);
      return found;
    },
    intact: true,
  },
  {
    name: "shard",
    summary: "a file of token ids",
    sources: ["src/corpus/shards/shard.ts", "src/corpus/shards/header-json.ts"],
    seeds: async () => [{ "a.tokens": await shard() }],
    read: readShard,
    intact: true,
  },
  {
    name: "shard-header",
    summary: "its ids and header, the length and the hash made to fit",
    sources: ["src/corpus/shards/header.ts"],
    async seeds() {
      const file = Buffer.from(await shard());
      const [length, end] = [Number(file.readBigUInt64LE(file.length - 16)), file.length - 48];
      return [{ ids: file.subarray(0, end - length), header: file.subarray(end - length, end) }];
    },
    assemble({ ids = utf8(""), header = utf8("") }) {
      const trailer = Buffer.alloc(16, "PALSHRD2PALSHRD2");
      trailer.writeBigUInt64LE(BigInt(header.length));
      const sha256 = createHash("sha256").update(ids).update(header).digest();
      return { "a.tokens": Buffer.concat([ids, header, sha256, trailer]) };
    },
    read: readShard,
  },
  {
    name: "recipe",
    summary: "a recipe",
    sources: ["src/cli/train.ts", "src/train/recipe/parse.ts"],
    seeds: () => [
      { "recipe.json": json(recipe) },
      { "recipe.json": json({ ...recipe, trainable: undefined, stages: "eeve", evaluate: { even: 3 } }) },
    ],
    read: (dir) => parseRecipe(readJson(join(dir, "recipe.json"), "recipe")),
  },
  {
    name: "merge-config",
    summary: "a configuration of mergekit",
    sources: ["src/merge/mergekit.ts"],
    seeds: () => [
      {
        "merge.json": json({
          merge_method: "ties",
          base_model: "a",
          models: [
            {
              model: "b",
              parameters: { density: [{ filter: "mlp", value: [0.2, 0.5] }, { value: 0.5 }], weight: 0.3 },
            },
          ],
          parameters: { normalize: true },
          dtype: "bfloat16",
        }),
      },
      {
        "merge.json": json({
          merge_method: "passthrough",
          slices: [
            { sources: [{ model: "a", layer_range: [0, 2] }] },
            { sources: [{ model: "b", layer_range: [1, 2] }] },
          ],
        }),
      },
    ],
    read: (dir) => mergekit(readJson(join(dir, "merge.json"), "merge")).method.name,
  },
  {
    name: "task",
    summary: "a task of lm-evaluation-harness and its JSON lines",
    sources: ["task", "task-schema", "shots", "template"].map((name) => `src/train/ask/${name}.ts`),
    seeds: () => [
      {
        "task.yaml": utf8(
          [
            "task: capitals",
            "dataset_path: json",
            "dataset_kwargs: {data_files: {test: a.jsonl}}",
            "test_split: test",
            "output_type: multiple_choice",
            'doc_to_text: "Country: {{country}}\\nCapital:"',
            'doc_to_choice: "{{options}}"',
            'doc_to_target: "{{options.index(answer)}}"',
            "num_fewshot: 1",
            "fewshot_config: {sampler: first_n}",
            "metric_list: [{metric: acc}, {metric: acc_bytes}]",
            "",
          ].join("\n"),
        ),
        "a.jsonl": jsonLines(
          { country: "France", options: ["Paris", "Rome"], answer: "Paris" },
          { country: "대한민국", options: ["Busan", "Seoul"], answer: "Seoul" },
        ),
      },
      {
        "task.yaml": utf8(
          [
            "task: sums",
            "dataset_path: json",
            "dataset_kwargs: {data_files: {test: a.jsonl}}",
            "test_split: test",
            "output_type: generate_until",
            'doc_to_text: "{{q}} ="',
            "doc_to_target: a",
            "num_fewshot: 1",
            'generation_kwargs: {until: ["\\n"], max_gen_toks: 4, do_sample: false}',
            'filter_list: [{name: number, filter: [{function: regex, regex_pattern: "(-?[0-9]+)"}, {function: take_first}]}]',
            "metric_list: [{metric: exact_match, ignore_case: true}]",
            "",
          ].join("\n"),
        ),
        "a.jsonl": jsonLines({ q: "1 + 1", a: ["2", "two"] }, { q: "2 + 2", a: ["4"] }),
      },
    ],
    read: (dir) => readTask(join(dir, "task.yaml")).items,
  },
];
