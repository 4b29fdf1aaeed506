/** Made-up but lifelike results of a small sweep, for the chart tests to draw. */
import {
  attentionView,
  fertilityBars,
  passed,
  type PassedRow,
  forgettingPlane,
  heatMap,
  lawWithBand,
  liveLoss,
  byLayer,
  coefficientDots,
  dumbbell,
  paretoFront,
  ridgeline,
  strips,
  scatter,
  lossAlongLine,
  lossCurves,
  parityDots,
  segmentation,
  smallMultiples,
  type Figure,
  type LossRow,
  type PlanePoint,
  tokenView,
} from "../../src/charts/index.js";
import { bootstrap, curve, fit, predict, solve } from "../../src/laws/index.js";
import { rng } from "../../src/rng.js";
import { lawFigures } from "./law-toy.js";

export const shares = [0, 0.1, 0.25, 0.5, 0.75, 1];
const names = { en: "English", ko: "Korean" };

export function lossRows(): LossRow[] {
  const chance = rng(1);
  return shares.flatMap((share) =>
    [0, 1, 2, 4, 8, 16, 32, 64, 128, 200, 256, 300].flatMap((step) => {
      const tokens = step * 4096;
      const gone =
        0.55 * (1 - Math.exp(-step / 60)) * Math.exp(-5 * share) - 0.06 * share * (1 - Math.exp(-step / 120));
      const bump = share < 1 ? 0.05 * Math.exp(-((Math.log(step + 1) - 2.2) ** 2)) : 0;
      const learned = 1.15 * (1 - Math.exp((-step * (1 - share) ** 0.7) / 50));
      const row = (domain: string, bitsPerByte: number): LossRow => ({
        run: `s${share}`,
        share,
        domain,
        tokens,
        bitsPerByte: bitsPerByte + (step > 0 ? 0.004 * chance.normal() : 0),
      });
      return [row("en", 1.62 + gone + bump), row("ko", 2.35 - learned)];
    }),
  );
}

export function planePoints(seeds: number): PlanePoint[] {
  const chance = rng(2);
  return shares.flatMap((share) =>
    Array.from({ length: seeds }, () => ({
      share,
      adaptation: 1.1 * (1 - share) ** 0.35 * (share === 1 ? 0 : 1) + 0.012 * chance.normal(),
      forgetting: 0.55 * Math.exp(-5 * share) - 0.05 * share + 0.012 * chance.normal(),
    })),
  );
}

export const parityRows = [
  { tokenizer: "old", language: "en", parity: 1 },
  { tokenizer: "old", language: "ko", parity: 5 },
  { tokenizer: "old", language: "zh", parity: 3 },
  { tokenizer: "old", language: "my", parity: 20 },
  { tokenizer: "new", language: "en", parity: 1 },
  { tokenizer: "new", language: "ko", parity: 1.4 },
  { tokenizer: "new", language: "zh", parity: 0.8 },
  { tokenizer: "new", language: "my", parity: null },
];

/** Two languages of three seeds, and a control. */
export const layerRows = [0, 1, 2].flatMap((seed) =>
  [0, 1, 2, 3, 4, 5, 6].flatMap((layer) => {
    const hump = Math.sin((Math.PI * (layer + 1)) / 8);
    return [
      { line: "Danish", layer, value: 0.2 + 0.6 * hump + 0.02 * seed },
      { line: "Korean", layer, value: 0.05 + 0.45 * hump - 0.015 * seed },
      { line: "shuffled", layer, value: 0.01 * (seed - 1) },
    ];
  }),
);

export const lineRows = [0, 0.25, 0.5, 0.75, 1].flatMap((t) => [
  { t, domain: "en", bitsPerByte: 1.6 + 0.6 * t + 0.9 * t * (1 - t) },
  { t, domain: "ko", bitsPerByte: 2.4 - 1.1 * t - 0.8 * t * (1 - t) },
]);

export const matrixRows = ["Finnish", "Korean", "Swahili"].flatMap((row, i) =>
  ["Finnish", "Korean", "Swahili"].map((column, j) => ({
    row: `after ${row}`,
    column,
    value: i === 0 && j === 2 ? NaN : -1.2 - 0.8 * Number(j > i) - 0.15 * Math.max(0, i - j),
  })),
);

export const scatterRows = [
  { label: "en:de", x: 0.5, y: 0.3, group: "Latin" },
  { label: "en:fi", x: 0.3, y: 0.2, group: "Latin" },
  { label: "en:ko", x: 0.1, y: 0.1, group: "Hangul" },
  { label: "en:ja", x: NaN, y: 0.1, group: "Kana" },
];

export const coefficientRows = [
  { name: "(intercept)", value: 0.4, low: 0.3, high: 0.5, permutation: null },
  { name: "grams", value: 0.21, low: 0.12, high: 0.3, permutation: 0.001 },
  { name: "script", value: 0.05, low: -0.06, high: 0.16, permutation: 0.31 },
];

/** Three methods of three seeds, and one of one. */
export const seedRows = ["replay", "L2 to the base", "nothing"]
  .flatMap((group, m) => [0, 1, 2].map((seed) => ({ group, value: 0.2 + 0.2 * m + 0.03 * seed * (m + 1) })))
  .concat({ group: "once", value: 0.3 });

/** Losses of 60 tokens at three snapshots: half of them fall, the others do not. */
export const tokenRows = [100, 0, 10].flatMap((ridge) =>
  Array.from({ length: 60 }, (_, i) => ({ ridge, value: 8 + 2 * Math.sin(i) - (i % 2) * Math.log10(ridge + 1) * 2.9 })),
);

/** As `train.tokenLosses` tells them: a blank in front, part of a character, a new line, what looks like a tag, no number. */
export const shadedTokens = ["The", " cat", "\\xed\\x95", "\n", "<s>", "none"].map((token, i) => ({
  token,
  value: i === 5 ? NaN : 2 * (i % 3),
}));

/** Two layers of two heads over three tokens: one looks at itself, one at the first. */
export const attentionToy = {
  texts: ["<|endoftext|>", "The", " cat"],
  layers: [1, 2].map((layer) => ({
    layer,
    weights: {
      shape: [2, 3, 3],
      data: Float32Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0.5, 0.25, 0.25]),
    },
  })),
};

/** Three steps of a text of 1,000 documents: one that changes, one that drops for six reasons, one that does nothing. */
export const passedRows: PassedRow[] = [
  { step: "spaces", seen: 1000, seenBytes: 2e6, changed: 600, dropped: 0, bytes: 1e5, reasons: {}, reasonBytes: {} },
  {
    ...{ step: "rules", seen: 1000, seenBytes: 1.9e6, changed: 0, dropped: 210, bytes: 2.1e5 },
    reasons: { a: 20, b: 100, c: 40, d: 30, e: 15, f: 5 },
    reasonBytes: { a: 2e4, b: 1e5, c: 4e4, d: 3e4, e: 15_000, f: 5000 },
  },
  { step: "nfc", seen: 790, seenBytes: 1.69e6, changed: 0, dropped: 0, bytes: 0, reasons: {}, reasonBytes: {} },
];

export async function figures(): Promise<Record<string, Figure>> {
  const chance = rng(3);
  const points = shares.map((share) => ({
    share,
    loss: (1.57 + 0.5 * Math.exp(-5.5 * share)) * Math.exp(0.004 * chance.normal()),
  }));
  const found = fit({ law: "data-mixing", rows: points });
  const doubt = await bootstrap({ fit: found, rng: rng(1), resamples: 200 });
  const { share: critical, limit } = solve({
    question: "critical-share",
    fit: found,
    baseline: 1.62,
    tolerance: 0.05,
    bootstrap: doubt,
  });
  const [check] = predict({ fit: found, bootstrap: doubt, at: [{ share: critical.value! }], of: "run" });
  const steps = Array.from({ length: 420 }, (_, i) => ({
    step: i + 1,
    loss: 3.2 + 5.5 * Math.exp(-i / 60) + 0.15 * chance.normal(),
  }));
  const evaluations = [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 384].flatMap((step) => [
    { step, domain: "en", loss: 3.6 + 0.5 * (1 - Math.exp(-step / 60)) },
    { step, domain: "ko", loss: 3.4 + 5.3 * Math.exp(-step / 60) },
  ]);
  return {
    "loss-curves": lossCurves({ rows: lossRows(), domains: names, title: "Learning Korean, keeping English" }),
    "forgetting-plane": forgettingPlane({ points: planePoints(3), old: "English", new: "Korean", tolerance: 0.05 }),
    "forgetting-plane-1": forgettingPlane({ points: planePoints(1), old: "English", new: "Korean" }),
    "law-with-band": lawWithBand({
      points,
      curve: curve({ fit: found, bootstrap: doubt }),
      baseline: 1.62,
      limit,
      critical,
      check: { share: critical.value!, predicted: check!.loss, low: check!.low, high: check!.high, measured: 1.676 },
      of: "English",
    }),
    "loss-along-line": lossAlongLine({
      rows: lineRows,
      barriers: [{ domain: "en", barrier: 0.225, t: 0.5 }],
      from: "the base",
      to: "what it became",
      domains: names,
    }),
    "by-layer": byLayer({
      rows: layerRows,
      axis: "Debiased CKA with English",
      controls: ["shuffled"],
      title: "Middle layers are most alike",
    }),
    "heat-map": heatMap({
      rows: matrixRows,
      down: "Stage",
      across: "Language",
      value: "Score (negative bits per byte)",
      title: "What is left of each language",
    }),
    "heat-map-change": heatMap({
      rows: [0, 1, 2].flatMap((seed) =>
        matrixRows.map((cell, i) => ({
          ...cell,
          row: `continual pre-training ${cell.row}`,
          column: `held-out news in ${cell.column}`,
          seed,
          value: cell.value + 1.6 + 0.02 * seed * i,
        })),
      ),
      down: "Stage",
      across: "Domain",
      value: "Change (bits per byte)",
    }),
    "heat-map-large": heatMap({
      rows: Array.from({ length: 24 * 30 }, (_, i) => ({
        row: `layer ${i % 24}`,
        column: `${Math.floor(i / 24)}`,
        value: Math.round(100 * Math.sin(i / 50)) / 100 + 1,
      })),
      down: "Layer",
      across: "Step",
      value: "Shift",
    }),
    "small-multiples": smallMultiples({
      figures: Object.fromEntries(
        ["Korean", "Finnish", "Swahili", "Danish"].map((name, i) => [
          name,
          byLayer({
            rows: layerRows
              .filter(({ line }) => i !== 1 || line !== "Danish")
              .map((row) => ({ ...row, value: row.value * (1 - 0.15 * i) })),
            axis: "CKA with English",
            controls: ["shuffled"],
          }),
        ]),
      ),
      title: "Four targets",
    }),
    "pareto-front": paretoFront({
      rows: ["replay", "LoRA of rank 8 on all layers", "frozen"].flatMap((method, m) =>
        (m === 2 ? [undefined] : [0.5, 0.25, 0.05]).flatMap((setting, k) =>
          [0, 1, 2].map((seed) => ({
            ...{ method, seed, ...(setting && { setting }) },
            adaptation: 0.1 * (k + 1) + 0.03 * seed + (m === 2 ? 0.2 : -0.02 * m * k),
            forgetting: 0.05 * k * k + 0.01 * seed * k + (m === 2 ? 0.03 : 0.02 * m),
          })),
        ),
      ),
      old: "English",
      new: "Korean",
      at: 0.1,
    }),
    dumbbell: dumbbell({
      rows: seedRows.map(({ group, value }) => ({ name: group, before: 1.6, after: 1.2 + value })),
      axis: "English (bits per byte)",
    }),
    strips: strips({
      rows: [...seedRows, { group: "diverged", value: NaN }],
      axis: "Forgetting (bits per byte)",
      title: "Three seeds",
    }),
    violins: strips({
      rows: tokenRows.map(({ ridge, value }) => ({ group: `${ridge} updates`, value })),
      axis: "Loss (bits)",
    }),
    ridgeline: ridgeline({ rows: tokenRows, axis: "Loss of a token (bits)", down: "Updates", title: "Losses" }),
    "coefficient-dots": coefficientDots({
      rows: coefficientRows,
      axis: "Change of the gain (bits per byte) by one standard deviation",
      names: { grams: "Shared trigrams" },
      title: "What carries over",
    }),
    scatter: scatter({ rows: scatterRows, x: "Shared trigrams (cosine)", y: "Gain (bits per byte)" }),
    "fertility-bars": fertilityBars({
      rows: [
        { language: "English", before: 4.12, after: 4.08 },
        { language: "Korean", before: 2.31, after: 4.46 },
      ],
    }),
    passed: passed({ rows: passedRows, title: "What passed" }),
    "parity-dots": parityDots({ rows: parityRows, pivot: "English" }),
    segmentation: segmentation({ text: "né 한", rows: [{ tokenizer: "bytes", bytes: [1, 2, 1, 1, 1, 1] }] }),
    ...(await lawFigures()),
    "attention-one": attentionView({ ...attentionToy, layer: 2, head: 1 }),
    "attention-all": attentionView({ ...attentionToy, title: "Four heads" }),
    "token-view": tokenView({ tokens: shadedTokens, value: "Loss (bits)", title: "Where it is surprised" }),
    "token-words": tokenView({
      tokens: [
        { token: "a", value: "English" },
        { token: " é", value: "French" },
      ],
      value: "Language",
    }),
    "live-loss": liveLoss({ steps, evaluations, total: 600, domains: names }),
  };
}
