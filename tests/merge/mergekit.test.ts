/** Configurations of mergekit: what is read of them, and what is refused by name. Whole merges are in tests/checkpoint. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { gradientAt } from "../../src/merge/written.js";
import { type Mergekit, mergekit } from "../../src/merge/index.js";
import { near } from "./near.js";

test("a gradient is lines between its values, spread over the layers", () => {
  near(
    [0, 0.25, 0.5, 0.75, 1].map((share) => gradientAt([0, 0.5, 1], share)),
    [0, 0.25, 0.5, 0.75, 1],
    "even",
  );
  near(
    [0, 0.25, 1].map((share) => gradientAt([2, 1, 5], share)),
    [2, 1.5, 5],
    "turning",
  );
});

test("models, base and options are those that the configuration means", () => {
  const read = (config: object): Omit<Mergekit, "method"> & { method: object } => {
    const { method, ...rest } = mergekit(config);
    return { ...rest, method: { name: method.name, ...method.options } };
  };
  const models = (more: object = {}): object[] =>
    ["a", "b"].map((model) => ({ model, parameters: { weight: 0.5, ...more } }));
  const inputs = [{ model: "a" }, { model: "b" }];
  assert.deepEqual(
    read({ merge_method: "dare_ties", base_model: "c", models: models({ density: "5e-1" }), out_dtype: "bfloat16" }),
    {
      ...{ name: "dare_ties", base: { model: "c" }, models: inputs, dtype: "BF16" },
      method: {
        ...{ name: "dare-ties", weights: [0.5, 0.5], density: [0.5, 0.5], rescale: "l1" },
        ...{ scale: 1, normalize: false, vectors: "linear" },
      },
    },
  );
  // The base is the start of the arc, wherever it is named; it is merged, and nothing is counted from it.
  for (const list of [[{ model: "b" }], [{ model: "b" }, { model: "a" }]])
    assert.deepEqual(
      read({ merge_method: "slerp", base_model: "a", models: list, parameters: { t: 0.3 }, tokenizer_source: "union" }),
      {
        ...{ name: "slerp", models: inputs, tokens: "union" },
        method: { name: "slerp", t: 0.3, vectors: "linear" },
      },
    );
  assert.deepEqual(read({ merge_method: "nuslerp", models: models() }).method, {
    ...{ name: "nuslerp", weights: [0.5, 0.5], deltas: false, by: "tensor", vectors: "linear" },
  });
  // Outliers make way for the density, as mergekit has it: its default drops nothing.
  assert.deepEqual(
    read({ merge_method: "breadcrumbs", base_model: "a", models: [{ model: "b", parameters: { weight: 1 } }] }).method,
    {
      ...{ name: "breadcrumbs", weights: [1], density: [1], gamma: [0] },
      ...{ scale: 1, normalize: false, vectors: "linear" },
    },
  );
  const stack = read({
    merge_method: "passthrough",
    slices: [{ sources: [{ model: "a", layer_range: [0, 3] }] }, { sources: [{ model: "b", layer_range: [2, 4] }] }],
    tokenizer: { source: "base" },
  });
  assert.deepEqual(stack.models, [
    {
      parts: [
        { model: "a", begin: 0, end: 3 },
        { model: "b", begin: 2, end: 4 },
      ],
    },
  ]);
  assert.equal(stack.tokens, "base");
});

test("what is not read is refused by its name", () => {
  const models = [{ model: "a", parameters: { weight: 1 } }];
  const ties = { merge_method: "ties", base_model: "c", models };
  const cases: [unknown, RegExp][] = [
    [null, /no object \(/],
    [{ models }, /merge_method \(/],
    [{ merge_method: "arcee_fusion", models }, /merge_method: "arcee_fusion" \(one of linear, /],
    [{ merge_method: "linear", models, chat_template: "auto" }, /chat_template \(it is not read here\)/],
    [
      { merge_method: "linear", models, tokenizer: { source: "base", tokens: {} } },
      /tokenizer\.tokens \(it is not read here\)/,
    ],
    [{ merge_method: "linear", models, dtype: "float64" }, /dtype \(/],
    [{ merge_method: "linear" }, /models \(give either "models" or "slices"\)/],
    [
      { merge_method: "linear", models, tokenizer: { source: "base" }, tokenizer_source: "base" },
      /tokenizer \(give either/,
    ],
    [{ merge_method: "linear", models: [{ model: "a" }] }, /parameters: no weight \(it has no default\)/],
    [
      { merge_method: "linear", models: [{ model: "a+b", parameters: { weight: 1 } }] },
      /model: "a\+b" \(adapters are not read/,
    ],
    [{ ...ties, base_model: undefined }, /base_model: none \(ties needs one\)/],
    [{ ...ties, parameters: { epsilon: 0.1 } }, /parameters: epsilon \(ties has weight, density, lambda/],
    [{ ...ties, parameters: { rescale: true } }, /parameters\.rescale: true \(only false is read here\)/],
    [{ ...ties, parameters: { normalize: "yes" } }, /parameters\.normalize: "yes" \(true or false\)/],
    [{ ...ties, parameters: { lambda: "much" } }, /parameters\.lambda: "much" \(a number\)/],
    [
      { merge_method: "passthrough", slices: [{ sources: [{ model: "a", layer_range: [2, 2] }] }] },
      /slices: \[\[2,2\]\] \(ranges/,
    ],
    [
      { merge_method: "ties", base_model: "c", slices: [{ sources: [{ model: "a", layer_range: [0, 2] }] }] },
      /slices: c \(the base is one of the sources of each slice, at the same place in all\)/,
    ],
  ];
  for (const [config, message] of cases)
    assert.throws(
      () => mergekit(config),
      (error: Error) =>
        error.message.startsWith("merge: invalid configuration: ") &&
        message.test(error.message) &&
        !error.message.includes("\n"),
      `${message}`,
    );
});
