/**
 * Folders merged as a configuration of mergekit says are mergekit's, to rounding: every method that does not draw, two kinds of
 * model, tied, untied and one of each, equal vocabularies and not, filters, gradients and stacked layers. One process of
 * Python for all. Methods that draw are compared in tests/merge, with the draws given.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { stringify } from "yaml";
import { type Folder, merge, open, type Stacked } from "../../src/checkpoint/index.js";
import { mergekit, type MergekitInput } from "../../src/merge/index.js";
import { configOf, init, load, save } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, ModelConfig, Tokenizer } from "../../src/types.js";
import { extend, train } from "../../src/vocab/index.js";
import { oracle, pythonHas } from "../python.js";
import { diagnostics } from "../vocab/support.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-mergekit-"));
after(() => rmSync(root, { recursive: true }));
const at = (name: string): string => join(root, name);

const kinds = {
  llama: { kvHeads: 1 },
  gpt2: { architecture: "gpt2", norm: "layer", positions: "learned", activation: "gelu-tanh", kvHeads: 2 },
} as const satisfies Record<string, Partial<ModelConfig>>;

/** A model that moved from the kind's first in part the same way as the others, for model stock leads away from those that part. */
function makeModel(kind: keyof typeof kinds, name: string, seed: number, tokenizer: Tokenizer, tied: boolean): void {
  const body = { width: 16, layers: 3, heads: 2, ffn: 24, context: 16, ...kinds[kind] };
  const config = configOf({ vocabSize: tokenizer.size, ...body, tied });
  const weights = init({ config, rng: rng(1) });
  const [both, own] = [rng(9), rng(seed)];
  for (const { data } of Object.values(weights))
    if (seed > 0) data.forEach((value, i) => (data[i] = value + 0.3 * both.normal() + 0.3 * own.normal()));
  save({ dir: at(name), model: { config, weights, tokenizer } });
}

interface Case {
  name: string;
  config: object;
}

function casesOf(kind: keyof typeof kinds, suffix: string): Case[] {
  const [base, one, two] = ["base", "one", "two"].map((name) => at(`${kind}-${suffix}-${name}`));
  const gradient = [0.2, 0.9, 0.4];
  const models = (first: object = {}, second = first): object[] => [
    { model: one, parameters: first },
    { model: two, parameters: second },
  ];
  const cases: Record<string, object> = {
    linear: {
      merge_method: "linear",
      models: models({ weight: [{ filter: "mlp", value: gradient }, { value: 0.3 }] }, { weight: 0.6 }),
    },
    slerp: {
      merge_method: "slerp",
      base_model: one,
      models: [{ model: two }],
      parameters: { t: [{ filter: kind === "gpt2" ? "attn" : "self_attn", value: [0, 0.5, 1] }, { value: 0.3 }] },
    },
    ties: {
      ...{ merge_method: "ties", base_model: base, parameters: { lambda: 0.7 } },
      models: models({ weight: 0.6, density: 0.4 }, { weight: gradient, density: 0.8 }),
    },
    task_arithmetic: { merge_method: "task_arithmetic", base_model: base, models: models({ weight: 0.6 }) },
  };
  if (suffix === "tied")
    Object.assign(cases, {
      nuslerp: { merge_method: "nuslerp", models: models({ weight: 0.6 }, { weight: 0.2 }) },
      karcher: { merge_method: "karcher", models: models() },
      passthrough: { merge_method: "passthrough", models: [{ model: one, parameters: { scale: 0.5 } }] },
      stack: {
        merge_method: "passthrough",
        slices: [
          { sources: [{ model: one, layer_range: [0, 2] }] },
          {
            sources: [
              { model: two, layer_range: [1, 3], parameters: { scale: [{ filter: "mlp", value: 0.5 }, { value: 1 }] } },
            ],
          },
        ],
      },
      slices: {
        ...{ merge_method: "task_arithmetic", base_model: base },
        slices: [
          [0, 1],
          [2, 3],
        ].map((layer_range, n) => ({
          sources: [base, two, one].map((model) => ({
            model,
            layer_range,
            ...(model !== base && { parameters: { weight: 0.3 + 0.2 * n } }),
          })),
        })),
      },
    });
  if (suffix === "untied")
    Object.assign(cases, {
      nuslerp: {
        merge_method: "nuslerp",
        base_model: base,
        models: models({ weight: 0.6 }, { weight: 0.2 }),
        parameters: { nuslerp_flatten: false, nuslerp_row_wise: true },
      },
      multislerp: { merge_method: "multislerp", base_model: base, models: models({ weight: 0.6 }, { weight: 0.2 }) },
      breadcrumbs: {
        merge_method: "breadcrumbs",
        base_model: base,
        models: models({ weight: 0.6, density: 0.5, gamma: 0.1 }),
      },
      breadcrumbs_ties: {
        merge_method: "breadcrumbs_ties",
        base_model: base,
        models: models({ weight: 0.6, density: 0.7, gamma: 0.05 }),
      },
      sce: { merge_method: "sce", base_model: base, models: models(), parameters: { select_topk: 0.6 } },
      model_stock: { merge_method: "model_stock", base_model: base, models: models() },
      nearswap: { merge_method: "nearswap", base_model: one, models: [{ model: two }], parameters: { t: 0.1 } },
      ram: { merge_method: "ram", base_model: base, models: models(), parameters: { epsilon: 0.2 } },
      ramplus_tl: { merge_method: "ramplus_tl", base_model: base, models: models(), parameters: { epsilon: 0.2 } },
    });
  if (suffix === "wider") {
    // Their thresholds and angles of a table are of all rows there, of the rows that both have here.
    delete cases.ties;
    delete cases.slerp;
    cases.nearswap = { merge_method: "nearswap", base_model: one, models: [{ model: two }], parameters: { t: 0.1 } };
    Object.values(cases).forEach((config) => Object.assign(config, { tokenizer_source: "union" }));
  }
  return Object.entries(cases).map(([name, config]) => ({
    name: `${kind}-${suffix}-${name}`,
    config: { dtype: "float32", ...config },
  }));
}

const skip = pythonHas("mergekit") ? false : "python3 with mergekit is not here";
test("mergekit's folders", { skip }, async () => {
  const base = await train({ texts: diagnostics("fr"), size: 280 });
  const wide = await extend({ base, texts: diagnostics("ko").slice(0, 200), newTokens: 20 });
  const cases: Case[] = [];
  const make = (kind: keyof typeof kinds, suffix: string, tokenizers: Tokenizer[], tied: boolean[]): void => {
    ["base", "one", "two"].forEach((name, n) =>
      makeModel(kind, `${kind}-${suffix}-${name}`, n, tokenizers[n]!, tied[n]!),
    );
    cases.push(...casesOf(kind, suffix));
  };
  for (const kind of ["llama", "gpt2"] as const) {
    make(kind, "tied", [base, base, base], [true, true, true]);
    make(kind, "untied", [base, base, base], [false, false, false]);
  }
  make("llama", "mixed", [base, base, base], [true, false, true]);
  make("llama", "wider", [base, base, wide], [false, false, false]);
  for (const { name, config } of cases) writeFileSync(at(`${name}.yml`), stringify(config));
  const script = join(__dirname, "..", "golden", "merge", "mergekit_run.py");
  const args = cases.flatMap(({ name }) => [at(`${name}.yml`), at(`${name}-kit`)]);
  const ran = spawnSync("python3", [oracle, script, ...args], {
    encoding: "utf8",
    env: { ...process.env, HF_HUB_OFFLINE: "1" },
  });
  assert.equal(ran.status, 0, ran.stderr.slice(-3000));
  for (const { name, config } of cases) {
    const { models, base: from, method, tokens, dtype } = mergekit(config, { vectors: "alike" });
    const opened = (input: MergekitInput): Folder | Stacked =>
      "model" in input
        ? open({ dir: input.model })
        : { parts: input.parts.map(({ model, begin, end }) => ({ folder: open({ dir: model }), begin, end })) };
    await merge({
      models: models.map(opened),
      base: from && opened(from),
      method,
      tokens: tokens as "union",
      out: at(name),
      dtype,
    });
    same(name, load(at(name)), load(at(`${name}-kit`)));
  }
});

/** Rows by token, for others give new ones other ids. */
function same(name: string, ours: LanguageModel, theirs: LanguageModel): void {
  assert.deepEqual({ ...ours.config, vocabSize: 0 }, { ...theirs.config, vocabSize: 0 }, name);
  assert.deepEqual(Object.keys(ours.weights).sort(), Object.keys(theirs.weights).sort(), name);
  for (const [tensor, { data, shape }] of Object.entries(theirs.weights)) {
    const own = ours.weights[tensor]!.data;
    const isTable = shape[0] === theirs.config.vocabSize;
    const width = isTable ? shape.slice(1).reduce((all, one) => all * one, 1) : data.length;
    for (let row = 0; row < data.length / width; row++) {
      const token = isTable ? theirs.tokenizer.tokenOf(row) : undefined;
      if (isTable && token === undefined) continue;
      const at = token === undefined ? row : ours.tokenizer.idOf(token)!;
      for (let i = 0; i < width; i++) {
        const [value, mine] = [data[row * width + i]!, own[at * width + i]!];
        const near = Math.abs(value - mine) <= 1e-6 * Math.max(1, Math.abs(value));
        if (!near) assert.fail(`${name}: ${tensor}[${row * width + i}] is ${mine}, mergekit's ${value}`);
      }
    }
  }
}
