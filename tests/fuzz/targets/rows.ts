/** Readers of other people's results. */
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { rows } from "../../../src/runs/index.js";
import { maskedCrc32c } from "../../../src/runs/readers/crc32c.js";
import type { Files, Target } from "../types.js";
import { json, jsonLines, utf8 } from "./files.js";
import { runFolder } from "./run-folder.js";

const rowsOf =
  (name: string, kind?: string) =>
  (dir: string): Promise<unknown> =>
    rows({ path: join(dir, name), ...(kind !== undefined && { kind }), points: "all" });

const table = [
  { run: "a", N: 1e6, D: 2e7, loss: 3.5, note: "first, of two" },
  { run: "b", N: 2e6, D: 4e7, loss: 3.25, note: "x" },
  { run: "c", N: 4e6, D: 8e7, loss: null, note: "" },
];

/** A frame of TensorBoard's events: a length and data, each with its checksum. */
function frame(data: Uint8Array): Uint8Array {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(data.length));
  head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(maskedCrc32c(data));
  return Buffer.concat([head, data, tail]);
}

const field = (number: number, data: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of(8 * number + 2, data.length), data]);

/** An event with one scalar: wall time, step, summary with tag and value. */
function event(step: number, tag: string, value: number): Uint8Array {
  const [time, scalar] = [Buffer.alloc(9), Buffer.alloc(5)];
  time[0] = 9;
  time.writeDoubleLE(1.7e9 + step, 1);
  scalar[0] = 21;
  scalar.writeFloatLE(value, 1);
  return Buffer.concat([
    time,
    Uint8Array.of(16, step),
    field(5, field(1, Buffer.concat([field(1, utf8(tag)), scalar]))),
  ]);
}

const events = (): Files => ({ first: event(0, "loss", 4), second: event(1, "loss", 3), third: event(1, "acc", 0.5) });
const eventFile = "events.out.tfevents.1.host";
const framed = (parts: Files): Files => ({ [eventFile]: Buffer.concat(Object.values(parts).map(frame)) });

export const rowTargets: readonly Target[] = [
  {
    name: "csv",
    summary: "CSV, TSV",
    sources: ["src/runs/readers/csv.ts"],
    seeds: () => [
      { "a.csv": utf8('run,N,loss,"a, note"\na,1e6,3.5,"first, ""of"" two"\nb,2e6,,x\n') },
      { "a.csv": utf8("run;N;loss;note\r\na;1000000;3.5;x\r\nb;2000000;3.25;\r\n") },
      { "a.csv": utf8("run\tN\tloss\na\t1e6\t3.5\nb\t2e6\tnan\n") },
    ],
    read: rowsOf("a.csv"),
  },
  {
    name: "jsonl-rows",
    summary: "JSON lines as a table",
    sources: ["src/runs/readers/json.ts", "src/runs/readers/lines.ts"],
    seeds: () => [
      { "a.jsonl": jsonLines(...table, { run: "d", shares: { en: 0.25 }, list: [1, 2] }) },
      { "a.jsonl": utf8('{"a": NaN, "b": -Infinity}\n\n') },
    ],
    read: rowsOf("a.jsonl"),
  },
  {
    name: "json-rows",
    summary: "JSON as a table",
    sources: ["src/runs/readers/json.ts"],
    seeds: () => [{ "a.json": json(table) }],
    read: rowsOf("a.json"),
  },
  {
    name: "parquet-rows",
    summary: "Parquet as a table",
    sources: ["src/runs/readers/parquet.ts"],
    seeds() {
      const columnData = [
        { name: "run", data: table.map(({ run }) => run) },
        { name: "loss", data: table.map(({ loss }) => loss), type: "DOUBLE" as const, nullable: true },
        { name: "N", data: table.map(({ N }) => BigInt(N)), type: "INT64" as const },
      ];
      return [
        { "a.parquet": new Uint8Array(parquetWriteBuffer({ columnData })) },
        { "a.parquet": new Uint8Array(parquetWriteBuffer({ columnData, codec: "UNCOMPRESSED" })) },
      ];
    },
    read: rowsOf("a.parquet"),
  },
  {
    name: "trainer-state",
    summary: "Hugging Face's trainer_state.json",
    sources: ["src/runs/readers/trainer-state.ts"],
    seeds: () => [
      {
        "out/trainer_state.json": json({
          total_flos: 1e9,
          log_history: [
            { step: 1, loss: 3, epoch: 0.5 },
            { step: 2, eval_loss: 2.5 },
          ],
        }),
      },
    ],
    read: rowsOf("out/trainer_state.json"),
  },
  {
    name: "wandb-summary",
    summary: "W&B's summary",
    sources: ["src/runs/readers/wandb.ts"],
    seeds: () => [
      {
        "wandb-summary.json": json({
          _step: 3,
          _runtime: 1.5,
          loss: 2,
          _wandb: { a: 1 },
          image: { _type: "image-file" },
          eval: { loss: 3 },
        }),
      },
    ],
    read: rowsOf("wandb-summary.json"),
  },
  {
    name: "wandb-history",
    summary: "W&B's history",
    sources: ["src/runs/readers/wandb.ts"],
    seeds: () => [
      {
        "a.jsonl": jsonLines(
          { _step: 0, _runtime: 1, loss: 3 },
          { _step: 1, _runtime: 2, loss: "NaN" },
          { _step: 1, _timestamp: 3, acc: 1 },
        ),
      },
    ],
    read: rowsOf("a.jsonl", "wandb-history"),
  },
  {
    name: "wandb-chart",
    summary: "the CSV of a W&B chart",
    sources: ["src/runs/readers/wandb.ts"],
    seeds: () => [
      {
        "a.csv": utf8(
          '"Step","r1 - loss","r1 - loss__MIN","r1 - loss__MAX","r2 - loss"\n"1","3","3","3","2"\n"2","2.5","2.5","2.5",""\n',
        ),
      },
    ],
    read: rowsOf("a.csv", "wandb-chart"),
  },
  {
    name: "tensorboard-csv",
    summary: "a scalar of TensorBoard's as CSV",
    sources: ["src/runs/readers/tensorboard.ts"],
    seeds: () => [{ "run-a-tag-loss.csv": utf8("Wall time,Step,Value\n1700000000.5,1,3.5\n1700000001,2,3.25\n") }],
    read: rowsOf("run-a-tag-loss.csv", "tensorboard-csv"),
  },
  {
    name: "tensorboard-json",
    summary: "a scalar of TensorBoard's as JSON",
    sources: ["src/runs/readers/tensorboard.ts"],
    seeds: () => [
      {
        "run-a-tag-loss.json": json([
          [1.7e9, 1, 3.5],
          [1.7e9, 2, "NaN"],
        ]),
      },
    ],
    read: rowsOf("run-a-tag-loss.json", "tensorboard-json"),
  },
  {
    name: "tfevents",
    summary: "TensorBoard's event file, as a whole",
    sources: ["src/runs/readers/tfevents.ts", "src/runs/readers/crc32c.ts"],
    seeds: () => [framed(events())],
    read: rowsOf(eventFile),
  },
  {
    name: "tfevents-messages",
    summary: "its messages, their checksums made to fit",
    sources: ["src/runs/readers/protobuf.ts"],
    seeds: () => [events()],
    assemble: framed,
    read: rowsOf(eventFile, "tfevents"),
  },
  {
    name: "run-rows",
    summary: "a run's folder as rows, found by what is in it",
    sources: ["src/runs/readers/run-folder.ts", "src/runs/readers/find.ts"],
    seeds: () => [runFolder()],
    read: (dir) => rows({ path: dir, points: "all" }),
  },
];
