/** Foreign files as rows: the files are those that the other tools wrote (tests/golden/runs/make.py) or are written here by hand. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import fc from "../property.js";
import { parquetWriteBuffer } from "hyparquet-writer";
import { create, formats, rows, type Row } from "../../src/runs/index.js";
import { crc32c } from "../../src/runs/readers/crc32c.js";
import { formula } from "../../src/runs/rows-formula.js";

const golden = join(__dirname, "..", "golden", "runs");
const events = join(golden, "tensorboard", "events.out.tfevents.1700000000.host.1.0.golden");
const root = mkdtempSync(join(tmpdir(), "rows-"));
after(() => rmSync(root, { recursive: true, force: true }));

let serial = 0;
function file(name: string, content: string | Uint8Array): string {
  const path = join(root, String(serial++), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}
const failure = (path: string, more: object = {}): Promise<string> =>
  rows({ path, ...more }).then(
    () => "no error",
    (error: Error) => error.message.replaceAll(path, "FILE"),
  );

test("CSV: numbers, gaps, quotes, a byte order mark, CRLF, tabs and semicolons", async () => {
  const quoted = '\ufeffrun,"loss, nats",note\r\n"a, ""b""",2.5e0,\r\nc,-1,"two\nlines"\r\n';
  const expected: Row[] = [
    { run: 'a, "b"', "loss, nats": 2.5, note: null },
    { run: "c", "loss, nats": -1, note: "two\nlines" },
  ];
  assert.deepEqual(await rows({ path: file("a.csv", quoted) }), expected);
  const plain = { name: "a", x: 1 };
  assert.deepEqual(await rows({ path: file("a.tsv", "name\tx\na\t1") }), [plain]);
  assert.deepEqual(await rows({ path: file("a.csv", "name;x\na;1\n") }), [plain]);
  const odd = "x,y,z\n1e400,nan,2b832b4b\n007,-inf,TRUE\n";
  assert.deepEqual(await rows({ path: file("a.csv", odd) }), [
    { x: Infinity, y: NaN, z: "2b832b4b" },
    { x: 7, y: -Infinity, z: true },
  ]);
});

test("CSV: what a plain parser lets pass is read right or refused", async () => {
  // csv-parse 7.0.3 answers "2\r" for the first, the last of two equal names, and a replacement character for bad UTF-8.
  const mixedEnds = await rows({ path: file("a.csv", "a,b\n1,2\r\n3,4\n5\n\n") });
  assert.deepEqual(mixedEnds, [
    { a: 1, b: 2 },
    { a: 3, b: 4 },
    { a: 5, b: null },
  ]);
  assert.deepEqual(await rows({ path: file("a.csv", "a;b\n1,5;2\n") }), [{ a: "1,5", b: 2 }]);
  const refused: [string | Uint8Array, RegExp][] = [
    ["a,a\n1,2\n", /header: "a" twice/],
    [Uint8Array.of(97, 10, 255, 10), /UTF-8|encoded data/],
    ["a,b\n1,2,3\n", /row 1: more cells/],
    ["a,b\r1,2\r", /line ends: carriage returns alone in FILE \(save it with line feeds/],
  ];
  for (const [text, message] of refused) assert.match(await failure(file("a.csv", text)), message);
});

test("CSV, JSON Lines and Parquet give back what was written", async () => {
  const cell = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 40 }), async (pairs) => {
      const table = pairs.map(([a, b], i) => ({ run: `r, ${i}`, a, b }));
      const csv = ["run,a,b", ...table.map(({ run, a, b }) => `"${run}",${a ?? ""},${b ?? ""}`)].join("\n");
      const jsonl = table.map((row) => JSON.stringify(row)).join("\n");
      const column = (name: "a" | "b"): object => ({
        name,
        data: table.map((row) => row[name]),
        type: "DOUBLE",
        nullable: true,
      });
      const parquet = parquetWriteBuffer({
        columnData: [{ name: "run", data: table.map(({ run }) => run) }, column("a"), column("b")] as never,
      });
      const zero = table.map((row) => ({
        ...row,
        a: row.a === null ? null : row.a + 0,
        b: row.b === null ? null : row.b + 0,
      }));
      for (const path of [file("t.csv", csv), file("t.jsonl", jsonl), file("t.parquet", new Uint8Array(parquet))]) {
        const read = await rows({ path });
        assert.deepEqual(
          read.map((row) => ({
            ...row,
            a: row.a === null ? null : (row.a as number) + 0,
            b: row.b === null ? null : (row.b as number) + 0,
          })),
          zero,
        );
      }
    }),
    { numRuns: 30 },
  );
});

test("CSV larger than a piece of the stream: quotes, commas and line ends anywhere", async () => {
  const word = fc.stringMatching(/^[a",\n ]{0,6}$/);
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 20, maxLength: 60 }), fc.boolean(), async (words, crlf) => {
      const table = Array.from({ length: 4000 }, (_, i) => ({
        run: `r${words[i % words.length]}e`,
        x: i,
        tail: `"${words[(7 * i) % words.length]}e`,
      }));
      const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`;
      const lines = [
        "run,x,tail",
        ...table.map(({ run, x, tail }) => [quote(run), x % 3 ? x : quote(String(x)), quote(tail)].join(",")),
      ];
      const read = await rows({ path: file("large.csv", lines.join(crlf ? "\r\n" : "\n")) });
      assert.deepEqual(read, table);
    }),
    { numRuns: 15 },
  );
  assert.match(await failure(file("open.csv", 'a,b\n1,"2\n3,4\n')), /row 1: a quote that does not close/);
});

test("JSON: nested values get dotted names; a whole file is an array", async () => {
  const rowsOf = [{ run: "a", shares: { en: 0.25 }, loss: [1, 2] }];
  const flat = [{ run: "a", "shares.en": 0.25, "loss.0": 1, "loss.1": 2 }];
  assert.deepEqual(await rows({ path: file("a.json", JSON.stringify(rowsOf, null, 2)) }), flat);
  assert.deepEqual(await rows({ path: file("a.ndjson", `\n${JSON.stringify(rowsOf[0])}\n\n`) }), flat);
  assert.deepEqual(await rows({ path: file("a.jsonl", '{"a": NaN, "b": "NaN, \\" Infinity", "c": -Infinity}') }), [
    { a: NaN, b: 'NaN, " Infinity', c: -Infinity },
  ]);
});

test("columns are renamed, worked out and checked; an error names file, row, column and fix", async () => {
  const path = file("a.csv", 'N,C,"eval/loss",tokens (B),arm\n1e6,6e12,3,2,x\n2e6,6e12,"2,5",2,y\n');
  const asked = { parameters: "N", tokens: "C / (6*N)" };
  assert.deepEqual(await rows({ path, columns: asked, keep: ["arm"] }), [
    { arm: "x", parameters: 1e6, tokens: 1e6 },
    { arm: "y", parameters: 2e6, tokens: 5e5 },
  ]);
  assert.equal(
    await failure(path, { columns: { loss: "eval/loss" } }),
    'runs.rows: invalid eval/loss in FILE, row 2: "2,5" (a plain number such as 3.2e9, or take the row out)',
  );
  assert.match(await failure(path, { columns: { D: "D" } }), /missing column D in FILE; it has N, C, eval\/loss/);
  assert.match(
    await failure(path, { columns: { tokens: "tokens (B)" } }),
    /tokens \(B\) counts in billions .*"tokens \(B\)" \* 1e9/,
  );
  assert.equal((await rows({ path, columns: { tokens: '"tokens (B)" * 1e9' } }))[0]!.tokens, 2e9);
  assert.match(await failure(path, { columns: { x: "N / (N - 1e6)" } }), /invalid x in FILE, row 1: Infinity/);
  assert.match(await failure(path, { columns: { x: "N +" } }), /invalid formula: N \+: cannot read its end/);
});

test("a row without an asked column is passed over and counted, a blank line is none, a diverged row goes where that is asked", async () => {
  const notes: string[] = [];
  const read = async (path: string, options: Omit<Parameters<typeof rows>[0], "path">): Promise<[Row[], string[]]> => [
    await rows({ path, ...options, onNote: (text) => notes.push(text.replaceAll(path, "FILE")) }),
    notes.splice(0),
  ];
  const columns = { loss: "loss" };
  const log = file(
    "log.jsonl",
    '{"loss": 3, "eval_loss": null}\n{"loss": 2}\n{"eval_loss": 2.5}\n{"step": 4, "loss": null}\n',
  );
  assert.deepEqual(await read(log, { columns }), [
    [{ loss: 3 }, { loss: 2 }],
    ["2 of 4 rows of FILE have no loss and are passed over"],
  ]);
  assert.deepEqual(await read(file("blank.csv", "a,loss\n1,3\n\n2,2\n\n\n"), { columns }), [
    [{ loss: 3 }, { loss: 2 }],
    [],
  ]);
  const diverged = file("nan.csv", "a,loss\n1,3\n2,nan\n3,inf\n");
  assert.match(
    await failure(diverged, { columns }),
    /invalid loss in FILE, row 2: NaN \(drop what diverged: .*--outside drop\)/,
  );
  assert.deepEqual(await read(diverged, { columns, outside: "drop" }), [
    [{ loss: 3 }],
    ["2 of 3 rows of FILE are dropped: loss is not a finite number"],
  ]);
  assert.match(
    await failure(file("none.csv", "a,loss\n1,\n2,\n"), { columns }),
    /invalid loss in FILE: no row has a number there/,
  );
});

test("a column asked for by its own name is found as the field heads it, with its unit; two that fit are ambiguous", async () => {
  const notes: string[] = [];
  const columns = { parameters: "parameters", tokens: "tokens", loss: "loss" };
  const path = file("field.csv", "Params (M),D,eval/loss\n70,2e9,3\n");
  assert.deepEqual(await rows({ path, columns, onNote: (text) => notes.push(text.replaceAll(path, "FILE")) }), [
    { parameters: 70e6, tokens: 2e9, loss: 3 },
  ]);
  assert.deepEqual(notes, [
    'parameters of FILE is the column "Params (M)", in millions',
    'tokens of FILE is the column "D", as it stands',
    'loss of FILE is the column "eval/loss", as it stands',
  ]);
  const both = file("both.csv", "N,n_params,D,loss\n1,2,3,4\n");
  assert.equal(
    await failure(both, { columns }),
    'runs.rows: ambiguous parameters in FILE: N, n_params (say which: --column "parameters=N")',
  );
  assert.deepEqual(await rows({ path: both, columns: { ...columns, parameters: "n_params" } }), [
    { parameters: 2, tokens: 3, loss: 4 },
  ]);
});

test("a torn line of quotes, and values nested beyond sense, are one line and take no time to speak of", async () => {
  assert.match(await failure(file("torn.jsonl", `{"a": "${'\\"'.repeat(100_000)}`)), /invalid JSON in FILE, line 1/);
  const deep = `{"a":${"[".repeat(20_000)}1${"]".repeat(20_000)}}`;
  assert.match(
    await failure(file("deep.jsonl", deep)),
    /^runs\.rows: invalid JSON in FILE, line 1: lists and objects deeper than 100 in others$/,
  );
});

test("formulas: precedence, signs, quoted names; nothing but arithmetic", () => {
  const value = (text: string, ...numbers: number[]): number => formula(text).value(numbers);
  assert.equal(value("1 + 2*3^2/2 - 4"), 6);
  assert.equal(value("-2^2"), -4);
  assert.equal(value("2^-1 * -(3 - 5)"), 1);
  assert.equal(value('"a - b" * x_1.y', 2, 3), 6);
  assert.deepEqual(formula("b*a + b").columns, ["b", "a"]);
  for (const bad of ["", "()", "a b", "f(1)", "1..2", "a;b", "a[0]", '"a', "2 ** 3", "constructor.constructor('x')()"])
    assert.throws(() => formula(bad), /^Error: runs\.rows: invalid formula: [^\n]*$/, bad);
});

test("a damaged or strange table is one line", async () => {
  const cases: [string, string | Uint8Array, RegExp][] = [
    ["a.csv", "", /header: empty/],
    ["a.csv", "a,b\n1,2,3\n", /row 1: more cells than the header's 2/],
    ["a.csv", "a,a\n1,2\n", /"a" twice/],
    ["a.csv", Uint8Array.of(97, 44, 98, 10, 255, 44, 50, 10), /not UTF-8|encoded data/],
    ["a.jsonl", '{"a":1}\n{"a":\n', /invalid JSON in FILE, line 2/],
    ["a.jsonl", "[1]\n", /line 1: not an object/],
    ["a.json", "{}", /not a known format/],
    ["a.parquet", "PAR1 and nothing", /invalid Parquet in FILE/],
    ["a.txt", "hello", /not a known format/],
  ];
  for (const [name, content, message] of cases) {
    const said = await failure(file(name, content));
    assert.match(said, message);
    assert.match(said, /^runs\.rows: [^\n]*$/);
  }
  assert.match(await failure(join(root, "nowhere.csv")), /no such file/);
  assert.match(await failure(root, { kind: "xlsx" }), /invalid kind: xlsx \(one of run, /);
});

test("Hugging Face: entries of a step are one row, a checkpoint's state belongs to its run", async () => {
  const state = readFileSync(join(golden, "trainer_state.json"));
  const folder = dirname(dirname(file("my-run/trainer_state.json", state)));
  mkdirSync(join(folder, "my-run", "checkpoint-20"));
  writeFileSync(join(folder, "my-run", "checkpoint-20", "trainer_state.json"), state);
  const all = await rows({ path: folder, points: "all" });
  assert.deepEqual(
    all.map(({ run, step, loss, eval_loss }) => ({ run, step, loss, eval_loss })),
    [
      { run: "my-run", step: 10, loss: 3, eval_loss: 4.1 - 1 },
      { run: "my-run", step: 20, loss: 2, eval_loss: undefined },
      { run: "my-run", step: 30, loss: 1, eval_loss: 4.1 - 3 },
    ],
  );
  const last = { run: "my-run", step: 30, loss: 4.1 - 3, tokens: 61440 };
  assert.deepEqual(await rows({ path: folder, columns: { loss: "eval_loss", tokens: "num_input_tokens_seen" } }), [
    last,
  ]);
  assert.equal((await rows({ path: folder, points: "all", columns: { loss: "eval_loss" } })).length, 2);
});

test("W&B: a chart's columns become runs; history and summary keep scalars", async () => {
  const chart = [
    '"epoch","sun - 3 - _step","sun - 3 - _step__MIN","sun - 3 - _step__MAX","sun - 3 - eval/loss","sun - 3 - eval/loss__MIN","sun - 3 - eval/loss__MAX","lr: 0.1 - eval/loss","lr: 0.1 - eval/loss__MIN","lr: 0.1 - eval/loss__MAX"',
    '"1","10","10","10","3.5","3.5","3.5","","",""',
    '"2","20","20","20","3.0","3.0","3.0","2.5","2.5","2.5"',
  ].join("\n");
  assert.deepEqual(await rows({ path: file("wandb_export_2024.csv", chart), points: "all" }), [
    { run: "sun - 3", epoch: 1, step: 10, "eval/loss": 3.5 },
    { run: "sun - 3", epoch: 2, step: 20, "eval/loss": 3 },
    { run: "lr: 0.1", epoch: 2, "eval/loss": 2.5 },
  ]);
  const history = [
    { _step: 0, _runtime: 1.5, _timestamp: 1, loss: 4, weights: { _type: "histogram", bins: [1] }, eval: { en: 1 } },
    { _step: 1, _runtime: 2.5, _timestamp: 2, loss: 3 },
    { _step: 1, _runtime: 2.6, _timestamp: 3, eval: { en: 2 } },
  ];
  const files = join(root, "offline-run-1", "files");
  mkdirSync(files, { recursive: true });
  writeFileSync(join(files, "wandb-history.jsonl"), history.map((line) => JSON.stringify(line)).join("\n"));
  writeFileSync(join(files, "wandb-summary.json"), JSON.stringify({ ...history[2], _wandb: { runtime: 2 } }));
  const line = { run: "offline-run-1", step: 1, seconds: 2.6, _timestamp: 3 };
  assert.deepEqual(await rows({ path: join(files, "wandb-history.jsonl") }), [{ ...line, loss: 3, "eval.en": 2 }]);
  assert.deepEqual(await rows({ path: join(files, "wandb-summary.json") }), [{ ...line, "eval.en": 2 }]);
  assert.match(await failure(files), /holds wandb-history and wandb-summary \(say which with kind\)/);
});

test("TensorBoard: its exports, one scalar a file, come together by run and step", async () => {
  const folder = join(root, "exports");
  mkdirSync(folder);
  writeFileSync(join(folder, "run-a-tag-eval_loss.csv"), "Wall time,Step,Value\n1.5,10,3\n2.5,20,2\n");
  writeFileSync(join(folder, "run-a-tag-lr.csv"), "Wall time,Step,Value\n1.5,10,0.1\n2.5,20,0.2\n");
  assert.deepEqual(await rows({ path: folder }), [{ run: "a", step: 20, wallTime: 2.5, eval_loss: 2, lr: 0.2 }]);
  const json = file("loss.json", "[[1.5, 10, 3.0], [2.5, 20, NaN]]");
  assert.deepEqual(await rows({ path: json, points: "all" }), [
    { run: "loss", step: 10, wallTime: 1.5, value: 3 },
    { run: "loss", step: 20, wallTime: 2.5, value: NaN },
  ]);
});

test("TensorBoard's event files: the scalars that TensorBoard itself reads, and those kept in tensors", async () => {
  const { scalars } = JSON.parse(readFileSync(join(golden, "expected.json"), "utf8")) as {
    scalars: Record<string, [number, number][]>;
  };
  const read = await rows({ path: dirname(events), points: "all" });
  for (const [tag, points] of Object.entries(scalars))
    assert.deepEqual(
      read.flatMap((row) => (row[tag] === undefined ? [] : [[row.step, row[tag]]])),
      points,
    );
  assert.equal(read.find(({ step }) => step === 4)!["as tensor"], 2.5);
  assert.deepEqual(Object.keys(Object.assign({}, ...read) as object).sort(), [
    "as tensor",
    "eval/loss",
    "far",
    "run",
    "step",
    "train/loss",
    "wallTime",
  ]);
  assert.equal(crc32c(new TextEncoder().encode("123456789")), 0xe3069283);
});

test("an event file cut anywhere gives what is whole; a changed byte gives one line", async () => {
  const bytes = readFileSync(events);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 12, max: bytes.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, by) => {
        const cut = await rows({ path: file("events.out.tfevents.1", bytes.subarray(0, at)), points: "all" });
        assert.ok(cut.length <= 6);
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= by;
        const path = file("events.out.tfevents.1", changed);
        const said = await failure(path);
        assert.match(said, /^(no error|runs\.rows: invalid [^\n]*)$/);
        assert.ok(said !== "no error", `byte ${at} by ${by}`);
      },
    ),
    { numRuns: 60 },
  );
});

test("our own runs: a folder of them gives one row a run, with shares and every domain's loss", async () => {
  const home = join(root, "sweep", "runs");
  for (const share of [0.25, 0.5]) {
    const run = create({
      dir: join(home, `r${share}`),
      record: {
        name: `en ${share}`,
        recipe: {},
        seed: 1,
        engine: { mode: "compiled", device: "cpu", reason: "test", threads: 1 },
        parameters: { total: 10, withoutEmbeddings: 6 },
        labels: { share },
      },
    });
    for (const step of [0, 8])
      for (const domain of ["en", "ko"])
        run.append({ step, tokens: step * 64, domain, loss: 2 + share - step / 16, bitsPerByte: 1 });
    run.finish({ shares: { asked: { en: share }, realised: { en: share + 0.01 } } });
  }
  const read = await rows({
    path: join(root, "sweep"),
    columns: { asked: "share_en", realised: "realised_en", loss: "loss_en" },
  });
  assert.deepEqual(read, [
    { run: "en 0.25", step: 8, asked: 0.25, realised: 0.26, loss: 1.75 },
    { run: "en 0.5", step: 8, asked: 0.5, realised: 0.51, loss: 2 },
  ]);
  assert.equal((await rows({ path: home, points: "all" })).length, 4);
  cpSync(home, join(root, "sweep", "other"), { recursive: true });
  const both = await rows({ path: join(root, "sweep") });
  assert.equal(new Set(both.map(({ run }) => run)).size, 4, "runs of the same name in two folders are two runs");
});

test("every format says what it is", () => {
  for (const [name, { summary, reference }] of Object.entries(formats)) assert.ok(summary && reference, name);
});

const published = join(__dirname, "..", "..", "..", "shared", "data", "chinchilla_epoch_ai.csv");
test(
  "the published Chinchilla rows",
  { skip: existsSync(published) ? false : "../shared/data is not here" },
  async () => {
    const read = await rows({ path: published, columns: { parameters: "N", tokens: "C/(6*N)", loss: "loss" } });
    assert.equal(read.length, 245);
    assert.deepEqual(read[0], { parameters: 6795600349.289497, tokens: 245105957.9245427, loss: 5.005581996196243 });
  },
);
