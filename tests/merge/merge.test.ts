import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { chatVector, elchat, interpolate, type MethodName, methods } from "../../src/merge/index.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, NdArray, Weights } from "../../src/types.js";
import { model, tokens } from "./tiny.js";
import { pythonHas } from "../python.js";

const golden = join(__dirname, "..", "golden", "merge");
const table = "model.embed_tokens.weight";
const head = "lm_head.weight";

const vector = (values: number[]): NdArray => ({ shape: [values.length], data: Float32Array.from(values) });
const near = (actual: ArrayLike<number>, expected: number[], name: string): void => {
  assert.equal(actual.length, expected.length, name);
  expected.forEach((value, i) => {
    assert.ok(
      Math.abs(actual[i]! - value) <= 1e-6 * Math.max(1, Math.abs(value)),
      `${name}[${i}]: ${actual[i]} is not ${value}`,
    );
  });
};
const row = ({ data, shape }: NdArray, id: number): number[] => [
  ...data.subarray(id * shape[1]!, (id + 1) * shape[1]!),
];

interface Case {
  method: MethodName;
  a: number[];
  b: number[];
  t: number;
  merged: number[];
}

test("each method's reference values", () => {
  const cases = JSON.parse(readFileSync(join(golden, "merge.json"), "utf8")) as Case[];
  assert.deepEqual([...new Set(cases.map(({ method }) => method))], Object.keys(methods));
  for (const { method, a, b, t, merged } of cases)
    near(methods[method].between(vector(a), vector(b), t).data, merged, `${method} ${a} ${b} ${t}`);
  // Published by hand: two right-angled vectors, and two that are as good as parallel.
  const slerp = (a: number[], b: number[], t: number) => methods.slerp.between(vector(a), vector(b), t).data;
  near(slerp([2, 0], [0, 1], 0.3), [1.7820130484, 0.4539904997], "right angle");
  near(slerp([2, 0], [0, 1], 0.5), [1.4142135624, 0.7071067812], "right angle");
  near(slerp([1, 0], [1, 0.001], 0.3), [1, 0.0003], "parallel");
});

test("between unit vectors slerp keeps the length and divides the angle", () => {
  const draw = rng(1);
  for (let round = 0; round < 50; round++) {
    const unit = (): NdArray => {
      const values = Array.from({ length: 6 }, () => draw.normal());
      return vector(values.map((value) => value / Math.hypot(...values)));
    };
    const dot = (x: NdArray, y: NdArray): number => x.data.reduce((sum, value, i) => sum + value * y.data[i]!, 0);
    const [a, b, t] = [unit(), unit(), draw.uniform()];
    const m = methods.slerp.between(a, b, t);
    assert.ok(Math.abs(dot(m, m) - 1) < 1e-5);
    const angle = (x: NdArray, y: NdArray): number => Math.acos(Math.min(1, dot(x, y)));
    assert.ok(Math.abs(angle(a, m) - t * angle(a, b)) < 1e-3);
    near(methods.slerp.between(b, a, 1 - t).data, [...m.data], "the other way round");
  }
});

test("interpolate merges what both know and keeps what one of them knows", () => {
  const [base, wide] = [model(1, tokens(6)), model(2, tokens(9))];
  const m = interpolate({ a: base, b: wide, t: 0.25 });
  assert.equal(m.tokenizer.size, 9);
  const name = "model.layers.3.mlp.up_proj.weight";
  near(
    m.weights[name]!.data,
    [...base.weights[name]!.data].map((v, i) => 0.75 * v + 0.25 * wide.weights[name]!.data[i]!),
    name,
  );
  assert.deepEqual(row(m.weights[table]!, 7), row(wide.weights[table]!, 7));
  near(
    row(m.weights[head]!, 5),
    row(base.weights[head]!, 5).map((v, i) => 0.75 * v + 0.25 * row(wide.weights[head]!, 5)[i]!),
    head,
  );
  const [none, all] = [
    interpolate({ a: base, b: wide, t: 0 }),
    interpolate({ a: wide, b: base, t: 0, method: "slerp" }),
  ];
  assert.deepEqual(none.weights[name], base.weights[name]);
  for (const [key, weight] of Object.entries(all.weights)) assert.deepEqual(weight, wide.weights[key], key);
});

test("elchat: layers between, the middle and the norm from chat, tables adapted but for special rows", () => {
  const [chat, adapted] = [model(1, tokens(6), { rows: 8 }), model(2, tokens(10), { rows: 16 })];
  const m = elchat({ chat, adapted });
  assert.deepEqual(m.config, adapted.config);
  for (const name of Object.keys(m.weights).filter((key) => /layers\.2\.|model\.norm/.test(key)))
    assert.deepEqual(m.weights[name], chat.weights[name], name);
  for (const name of [table, head])
    for (let id = 0; id < 16; id++)
      assert.deepEqual(row(m.weights[name]!, id), row((id === 0 ? chat : adapted).weights[name]!, id), `${name} ${id}`);
  const rowsFromChat = (restore: "added" | "old" | "none"): number => {
    const made = elchat({ chat, adapted, restore }).weights[table]!;
    return Array.from({ length: 8 }, (_, id) => `${row(made, id)}` === `${row(chat.weights[table]!, id)}`).filter(
      Boolean,
    ).length;
  };
  assert.deepEqual([rowsFromChat("none"), rowsFromChat("added"), rowsFromChat("old")], [0, 2, 6]);
  // All of the chat model in every layer, and its old rows, is the chat model.
  const layers = [0, 1, 2, 3, 4].map((layer): [number, number] => [layer, 1]);
  const whole = elchat({ chat, adapted: { ...model(2, tokens(6)) }, layers, restore: "old", method: "linear" });
  const plain = { ...chat.weights, [table]: whole.weights[table]!, [head]: whole.weights[head]! };
  assert.deepEqual(whole.weights, plain);
});

test("the chat vector of a model that did not move is nothing, and of the base itself is the chat model", () => {
  const [chat, base, adapted] = [model(1, tokens(6)), model(2, tokens(6)), model(3, tokens(9))];
  assert.deepEqual(chatVector({ chat: base, base, adapted }).weights, adapted.weights);
  const back = chatVector({ chat, base, adapted: base });
  for (const [name, { data }] of Object.entries(back.weights)) near(data, [...chat.weights[name]!.data], name);
  const made = chatVector({ chat, base, adapted, scale: 0.5 });
  assert.deepEqual(row(made.weights[table]!, 8), row(adapted.weights[table]!, 8));
  near(
    row(made.weights[table]!, 3),
    row(adapted.weights[table]!, 3).map(
      (v, i) => v + 0.5 * (row(chat.weights[table]!, 3)[i]! - row(base.weights[table]!, 3)[i]!),
    ),
    table,
  );
});

const python = pythonHas("numpy");

test("whole models equal NumPy's", { skip: python ? false : "python3 with numpy is not here" }, () => {
  const plain = (weights: Weights): object =>
    Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { shape, data: [...data] }]));
  const cases: object[] = [];
  const ours: LanguageModel[] = [];
  for (const tied of [false, true]) {
    const [chat, base, adapted] = [
      model(1, tokens(6), { tied }),
      model(2, tokens(6), { tied }),
      model(3, tokens(9), { tied }),
    ];
    const weights = { chat: plain(chat.weights), base: plain(base.weights), adapted: plain(adapted.weights) };
    for (const method of Object.keys(methods) as MethodName[]) {
      cases.push({ kind: "elchat", method, layers: 5, special: [0], ...weights });
      ours.push(elchat({ chat, adapted, method }));
    }
    cases.push({ kind: "chatVector", ...weights });
    ours.push(chatVector({ chat, base, adapted }));
  }
  const options = { input: JSON.stringify(cases), encoding: "utf8", maxBuffer: 1 << 26 } as const;
  const reference = spawnSync("python3", [join(golden, "merge.py"), "--live"], options);
  assert.equal(reference.status, 0, reference.stderr);
  const theirs = JSON.parse(reference.stdout) as Record<string, number[]>[];
  theirs.forEach((weights, i) => {
    assert.deepEqual(Object.keys(weights), Object.keys(ours[i]!.weights));
    for (const [name, values] of Object.entries(weights)) near(ours[i]!.weights[name]!.data, values, `${i} ${name}`);
  });
});

test("models that do not fit each other are refused in one line", () => {
  const [chat, adapted] = [model(1, tokens(6)), model(2, tokens(9))];
  const cases: [() => unknown, RegExp][] = [
    [
      () => elchat({ chat: model(1, tokens(6), { layers: 3 }), adapted: model(1, tokens(6), { layers: 3 }) }),
      /^elchat: invalid layers: -2 \(of 3 layers, each at most once\)$/,
    ],
    [
      () => elchat({ chat, adapted: model(2, tokens(9), { layers: 4 }) }),
      /^elchat: invalid adapted: layers is 4 \(chat has 5\)$/,
    ],
    [() => elchat({ chat, adapted, layers: [[0, 1.5]] }), /^elchat: invalid t: 1.5 \(a number from 0 to 1\)$/],
    [
      () => elchat({ chat, adapted, method: "mean" as "linear" }),
      /^elchat: invalid method: "mean" \(one of linear, slerp\)$/,
    ],
    [
      () => elchat({ chat, adapted: model(2, tokens(9, { 0: "x" })) }),
      /^elchat: invalid adapted: "t0" is not at id 0 \(extend/,
    ],
    [
      () => interpolate({ a: chat, b: model(2, tokens(9, { 3: "x" })), t: 0.5 }),
      /^interpolate: invalid tokenizers: 1 tokens of the smaller/,
    ],
    [() => interpolate({ a: chat, b: adapted, t: NaN }), /^interpolate: invalid t: NaN/],
    [() => chatVector({ chat, base: chat, adapted, scale: NaN }), /^chatVector: invalid scale: NaN/],
    [
      () => chatVector({ chat: model(1, tokens(6), { tied: true }), base: chat, adapted }),
      /^chatVector: invalid chat: tied is true \(adapted has false\)$/,
    ],
  ];
  for (const [act, message] of cases) assert.throws(act, { message });
});
