/** Whole models merged in memory: which tensors and rows, and what is refused. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import {
  chatVector,
  elchat,
  type ElChatOptions,
  linear,
  merge,
  method,
  slerp,
  taskArithmetic,
} from "../../src/merge/index.js";
import type { LanguageModel, NdArray, Weights } from "../../src/types.js";
import { pythonHas } from "../python.js";
import { near } from "./near.js";
import { model, tokens, tokensCalled } from "./tiny.js";

const golden = join(__dirname, "..", "golden", "merge");
const table = "model.embed_tokens.weight";
const head = "lm_head.weight";

const row = ({ data, shape }: NdArray, id: number): number[] => [
  ...data.subarray(id * shape[1]!, (id + 1) * shape[1]!),
];
const chatBack = (
  models: { chat: LanguageModel; adapted: LanguageModel },
  options: ElChatOptions = {},
): LanguageModel => merge({ models: [models.chat], base: models.adapted, method: elchat(options) });
const chatAdded = (
  models: { chat: LanguageModel; base: LanguageModel; adapted: LanguageModel },
  scale = 1,
): LanguageModel => merge({ models: [models.chat, models.base], base: models.adapted, method: chatVector({ scale }) });

test("what all models know is merged, and what only the base knows is kept", () => {
  const [base, wide] = [model(1, tokens(6)), model(2, tokens(9))];
  const m = merge({ models: [base, wide], base: wide, method: linear({ weights: [0.75, 0.25] }) });
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
    merge({ models: [base, wide], base: wide, method: linear({ weights: [1, 0] }) }),
    merge({ models: [wide, base], method: slerp({ t: 0 }) }),
  ];
  assert.deepEqual(none.weights[name], base.weights[name]);
  for (const [key, weight] of Object.entries(all.weights)) assert.deepEqual(weight, wide.weights[key], key);
});

test("elchat: layers between, the middle and the norm from chat, tables adapted but for special rows", () => {
  const [chat, adapted] = [model(1, tokens(6), { rows: 8 }), model(2, tokens(10), { rows: 16 })];
  const m = chatBack({ chat, adapted });
  assert.deepEqual(m.config, adapted.config);
  for (const name of Object.keys(m.weights).filter((key) => /layers\.2\.|model\.norm/.test(key)))
    assert.deepEqual(m.weights[name], chat.weights[name], name);
  for (const name of [table, head])
    for (let id = 0; id < 16; id++)
      assert.deepEqual(row(m.weights[name]!, id), row((id === 0 ? chat : adapted).weights[name]!, id), `${name} ${id}`);
  const rowsFromChat = (restore: "added" | "old" | "none"): number => {
    const made = chatBack({ chat, adapted }, { restore }).weights[table]!;
    return Array.from({ length: 8 }, (_, id) => `${row(made, id)}` === `${row(chat.weights[table]!, id)}`).filter(
      Boolean,
    ).length;
  };
  assert.deepEqual([rowsFromChat("none"), rowsFromChat("added"), rowsFromChat("old")], [0, 2, 6]);
  // All of the chat model in every layer, and its old rows, is the chat model.
  const layers = [0, 1, 2, 3, 4].map((layer): [number, number] => [layer, 1]);
  const whole = chatBack({ chat, adapted: model(2, tokens(6)) }, { layers, restore: "old", method: "linear" });
  const plain = { ...chat.weights, [table]: whole.weights[table]!, [head]: whole.weights[head]! };
  assert.deepEqual(whole.weights, plain);
});

test("the chat vector of a model that did not move is nothing, and of the base itself is the chat model", () => {
  const [chat, base, adapted] = [model(1, tokens(6)), model(2, tokens(6)), model(3, tokens(9))];
  assert.deepEqual(chatAdded({ chat: base, base, adapted }).weights, adapted.weights);
  const back = chatAdded({ chat, base, adapted: base });
  for (const [name, { data }] of Object.entries(back.weights)) near(data, [...chat.weights[name]!.data], name);
  for (const [rows, moved] of [
    ["special", [0]],
    ["added", [0, 1]],
    ["none", []],
  ] as const) {
    const some = merge({ models: [chat, base], base: adapted, method: chatVector({ rows }) }).weights;
    const others = Array.from({ length: 9 }, (_, id) => id).filter(
      (id) => `${row(some[head]!, id)}` !== `${row(adapted.weights[head]!, id)}`,
    );
    assert.deepEqual(others, [...moved], rows);
    const inside = "model.layers.0.mlp.up_proj.weight";
    assert.deepEqual(some[inside], chatAdded({ chat, base, adapted }).weights[inside]);
  }
  const made = chatAdded({ chat, base, adapted }, 0.5);
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
    for (const method of ["linear", "slerp"] as const) {
      cases.push({ kind: "elchat", method, layers: 5, special: [0], ...weights });
      ours.push(chatBack({ chat, adapted }, { method }));
    }
    cases.push({ kind: "chatVector", ...weights });
    ours.push(chatAdded({ chat, base, adapted }));
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

test("where one of the models has a head of its own the result has one, and a tied model's is its table", () => {
  const [own, tied] = [model(1, tokens(6)), model(2, tokens(6), { tied: true })];
  for (const models of [
    [own, tied],
    [tied, own],
  ]) {
    const m = merge({ models, method: linear() });
    assert.equal(m.config.tied, false);
    assert.deepEqual(Object.keys(m.weights).sort(), Object.keys(own.weights).sort());
    near(
      m.weights[head]!.data,
      [...own.weights[head]!.data].map((v, i) => (v + tied.weights[table]!.data[i]!) / 2),
      head,
    );
  }
});

test("rows are merged by token, wherever they are; new ones are kept, though the base that deltas count from lacks them", () => {
  const [base, wide] = [model(1, tokens(6)), model(2, tokens(9))];
  const turned = model(3, tokensCalled(["t3", "t8", "t0", "t2", "t4", "t1", "t5"]));
  const m = merge({ models: [wide, turned], base, method: taskArithmetic({ weights: [0.5, 0.25] }) });
  assert.equal(m.tokenizer, wide.tokenizer);
  const at = (id: number): number[] => row(m.weights[table]!, id);
  near(
    at(2),
    row(base.weights[table]!, 2).map(
      (v, i) => v + 0.5 * (row(wide.weights[table]!, 2)[i]! - v) + 0.25 * (row(turned.weights[table]!, 3)[i]! - v),
    ),
    "a token of all",
  );
  assert.deepEqual(at(8), row(wide.weights[table]!, 8));
  // In SentencePiece's spelling: the same bytes by another name.
  const [first, second] = [tokensCalled(["t0", " a"]), tokensCalled(["t0", "_a"])];
  const spelled = { ...second, bytesOf: (id: number) => Buffer.from(second.tokenOf(id)!.replace("_", " ")) };
  const both = merge({ models: [model(1, first), model(2, spelled)], method: linear() });
  near(
    row(both.weights[table]!, 1),
    row(model(1, first).weights[table]!, 1).map((v, i) => (v + row(model(2, first).weights[table]!, 1)[i]!) / 2),
    "by bytes",
  );
});

test("methods as written: gradients over the layers, groups of tensors", () => {
  const [one, two] = [model(1, tokens(6)), model(2, tokens(6))];
  const graded = merge({ models: [one, two], method: method({ name: "slerp", t: { gradient: [0, 0.5, 1] } }) });
  const up = (layer: number): string => `model.layers.${layer}.mlp.up_proj.weight`;
  const line = (name: string, t: number): number[] => [
    ...merge({ models: [one, two], method: slerp({ t }) }).weights[name]!.data,
  ];
  [0, 0.25, 0.5, 0.75, 1].forEach((t, layer) => near(graded.weights[up(layer)]!.data, line(up(layer), t), up(layer)));
  near(graded.weights[head]!.data, line(head, 0), head);
  const written = {
    groups: [
      { match: "self_attn", method: { name: "task-arithmetic", weights: [{ gradient: [1, 0] }, 0.5] } },
      { match: "mlp", method: { name: "ties-whole", density: 0.5, normalize: false } },
    ],
    default: { name: "linear", weights: [0.25, 0.75] },
  };
  const base = model(3, tokens(6));
  const m = merge({ models: [one, two], base, method: method(written) });
  const q = (layer: number): string => `model.layers.${layer}.self_attn.q_proj.weight`;
  [1, 0.75, 0.5, 0.25, 0].forEach((weight, layer) => {
    const method = taskArithmetic({ weights: [weight, 0.5] });
    near(m.weights[q(layer)]!.data, [...merge({ models: [one, two], base, method }).weights[q(layer)]!.data], q(layer));
  });
  // One threshold for the group: half of its numbers, and one, are kept of each delta.
  let kept = 0;
  let all = 0;
  const alone = merge({
    models: [one],
    base,
    method: method({
      groups: [{ match: "mlp", method: { name: "ties-whole", density: 0.5 } }],
      default: { name: "task-arithmetic", scale: 0 },
    }),
  });
  for (const [name, { data }] of Object.entries(alone.weights).filter(([name]) => name.includes("mlp"))) {
    all += data.length;
    data.forEach((value, i) => (kept += Number(value !== base.weights[name]!.data[i])));
  }
  assert.equal(kept, all / 2 + 1);
  near(
    m.weights[table]!.data,
    [...merge({ models: [one, two], method: linear({ weights: [0.25, 0.75] }) }).weights[table]!.data],
    table,
  );
});

test("models that do not fit each other are refused in one line", () => {
  const [chat, adapted] = [model(1, tokens(6)), model(2, tokens(9))];
  const means = (...models: LanguageModel[]): LanguageModel => merge({ models, method: linear() });
  const odd = { ...chat, weights: { ...chat.weights, more: chat.weights[table]! } };
  const cases: [() => unknown, RegExp][] = [
    [
      () => chatBack({ chat: model(1, tokens(6), { layers: 3 }), adapted: model(1, tokens(6), { layers: 3 }) }),
      /^elchat: invalid layers: -2 \(of 3 layers, each at most once\)$/,
    ],
    [
      () => chatBack({ chat, adapted: model(2, tokens(9), { layers: 4 }) }),
      /^merge: invalid models: number 1 \(layers is 5, the base has 4; only models of one shape are merged\)$/,
    ],
    [() => chatBack({ chat, adapted }, { layers: [[0, 1.5]] }), /^elchat: invalid t: 1.5 \(a number from 0 to 1\)$/],
    [
      () => chatBack({ chat, adapted }, { method: "mean" as "linear" }),
      /^elchat: invalid method: "mean" \(one of linear, slerp\)$/,
    ],
    [
      () => means(chat, model(2, tokens(6, { 3: "x" }))),
      /^merge: invalid models: number 1 lacks "x" of number 2, and no other has all tokens \(extend one tokenizer from the other\)$/,
    ],
    [() => means(chat, odd), /^merge: invalid models: number 2 \(number 1 has no more; only models/],
    [() => means(odd, chat), /^merge: invalid models: number 2 \(more is missing, number 1 has \[6,4\]; only models/],
    [
      () => merge({ models: [chat], method: method({ groups: [{ match: "mlp", method: { name: "linear" } }] }) }),
      /^merge: invalid groups: no default, and model\.embed_tokens\.weight, .* and \d+ more are in none$/,
    ],
    [
      () =>
        merge({
          models: [chat],
          method: method({
            groups: ["mlp", "up_proj"].map((match) => ({ match, method: { name: "linear" } })),
            default: { name: "linear" },
          }),
        }),
      /^merge: invalid groups: model\.layers\.0\.mlp\.up_proj\.weight \(it is in those of "mlp" and "up_proj"\)$/,
    ],
    [
      () => merge({ models: [chat], method: method({ groups: [{ match: "x9", method: { name: "linear" } }] }) }),
      /^merge: invalid groups: "x9" \(it is in no tensor's name\)$/,
    ],
    [() => method({ name: "mean" }), /^merge: invalid method: mean \(one of linear, /],
    [() => method({ name: "slerp", t: 2 }), /^merge: invalid slerp\.t: /],
    [
      () => method({ name: "linear", weights: [{ gradient: [] }] }),
      /^merge: invalid gradient: \[\] \(numbers, at least/,
    ],
    [() => means(), /^merge: invalid models: none$/],
    [
      () => merge({ models: [chat], base: adapted, method: taskArithmetic({ weights: [1, 2] }) }),
      /^merge: invalid weights: 2 \(one for each of 1 models\)$/,
    ],
  ];
  for (const [act, message] of cases) assert.throws(act, { message });
});
