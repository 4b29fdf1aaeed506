/** The files that `runs.rows` reads, one row each. Order matters: the first whose name and content fit is taken. */
import type { NameIn } from "../../registry.js";
import { readCsv } from "./csv.js";
import { readJson, readJsonLines } from "./json.js";
import { readParquet } from "./parquet.js";
import { readRunFolder } from "./run-folder.js";
import { readTensorboardCsv, readTensorboardJson } from "./tensorboard.js";
import { looksLikeEvents, readEvents } from "./tfevents.js";
import { readTrainerState } from "./trainer-state.js";
import type { Format } from "./types.js";
import { isChartHeader, readWandbChart, readWandbHistory, readWandbSummary } from "./wandb.js";

const ends =
  (...endings: string[]): Format["named"] =>
  (name) =>
    endings.some((end) => name.toLowerCase().endsWith(end));

const rows = {
  run: {
    summary: "a run's folder of this lab, or a folder of them",
    reference: "src/runs/record.ts",
    log: true,
    named: (name) => name === "run.json",
    holds: (_, text) => text.includes('"format"') && text.includes('"recipe"'),
    read: readRunFolder,
  },
  "trainer-state": {
    summary: "Hugging Face's trainer_state.json",
    reference: "transformers/trainer_callback.py: TrainerState",
    log: true,
    named: (name) => name === "trainer_state.json",
    read: readTrainerState,
  },
  "wandb-summary": {
    summary: "W&B's wandb-summary.json, one row",
    reference: "https://docs.wandb.ai/models/track/public-api-guide",
    log: false,
    named: (name) => name === "wandb-summary.json",
    read: readWandbSummary,
  },
  "wandb-history": {
    summary: "W&B's history, one JSON object a line",
    reference: "https://docs.wandb.ai/models/track/public-api-guide",
    log: true,
    named: ends(".jsonl", ".ndjson"),
    holds: (_, text) => /"_step"\s*:/.test(text.split("\n", 1)[0]!) && /"_(runtime|timestamp)"\s*:/.test(text),
    read: readWandbHistory,
  },
  "wandb-chart": {
    summary: "the CSV of a W&B chart: run - metric",
    reference: "https://github.com/wandb/wandb/issues/5349",
    log: true,
    scattered: true,
    named: ends(".csv"),
    holds: (_, text) => isChartHeader(text.split("\n", 1)[0]!),
    read: readWandbChart,
  },
  "tensorboard-csv": {
    summary: "one scalar exported by TensorBoard's page as CSV",
    reference: "https://www.tensorflow.org/tensorboard",
    log: true,
    scattered: true,
    named: ends(".csv"),
    holds: (_, text) => /^\ufeff?"?Wall time"?,"?Step"?,"?Value"?\s*$/m.test(text.split("\n", 1)[0]!),
    read: readTensorboardCsv,
  },
  "tensorboard-json": {
    summary: "one scalar exported by TensorBoard's page as JSON",
    reference: "https://www.tensorflow.org/tensorboard",
    log: true,
    scattered: true,
    named: ends(".json"),
    holds: (_, text) => /^\s*\[\s*\[\s*-?\d/.test(text),
    read: readTensorboardJson,
  },
  tfevents: {
    summary: "TensorBoard's event file, its scalars",
    reference: "tensorboard/compat/proto/event.proto, summary.proto",
    log: true,
    scattered: true,
    named: (name) => name.includes("tfevents"),
    holds: looksLikeEvents,
    read: readEvents,
  },
  parquet: {
    summary: "Parquet",
    reference: "https://parquet.apache.org/docs/file-format/",
    log: false,
    named: ends(".parquet"),
    holds: (head) => new TextDecoder().decode(head.subarray(0, 4)) === "PAR1",
    read: readParquet,
  },
  jsonl: {
    summary: "JSON Lines: one object a line",
    reference: "https://jsonlines.org",
    log: false,
    named: ends(".jsonl", ".ndjson"),
    read: readJsonLines,
  },
  json: {
    summary: "JSON: an array of objects",
    reference: "RFC 8259",
    log: false,
    named: ends(".json"),
    holds: (_, text) => /^\ufeff?\s*\[/.test(text),
    read: readJson,
  },
  csv: {
    summary: "comma, tab or semicolon separated, with a header",
    reference: "RFC 4180",
    log: false,
    named: ends(".csv", ".tsv"),
    read: readCsv,
  },
} satisfies Record<string, Format>;

export type FormatName = NameIn<typeof rows>;

export const formats: Record<string, Format> = rows;
