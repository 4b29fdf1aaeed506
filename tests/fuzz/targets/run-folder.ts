/** A small run's folder: its record and its metrics. */
import type { Files } from "../types.js";
import { json, jsonLines } from "./files.js";

export function runFolder(): Files {
  const record = {
    format: 1,
    name: "a run",
    status: "finished",
    recipe: { steps: 2 },
    seed: 1,
    versions: { palimpsest: "0", node: "20", onnxruntime: "1" },
    engine: { mode: "compiled", device: "cpu", reason: "asked", threads: 1 },
    parameters: { total: 100, withoutEmbeddings: 50 },
    metrics: { loss: "nats" },
    shares: { asked: { en: 0.25, ko: 0.75 }, realised: { en: 0.2, ko: 0.8 } },
    labels: { arm: "replay" },
  };
  const step = { kind: "step", tokens: 16, loss: 4, learningRate: 0.001, gradientNorm: 1, tokensPerSecond: 1000 };
  const evaluation = { kind: "evaluation", tokens: 16, domain: "en", loss: 3.5, bitsPerByte: 2 };
  const lines = [
    { ...evaluation, step: 0 },
    { ...step, step: 1 },
    { ...step, step: 2, loss: "NaN" },
    { ...evaluation, step: 2 },
    { ...evaluation, step: 2, domain: "ko" },
  ];
  return { "run/run.json": json(record), "run/metrics.jsonl": jsonLines(...lines) };
}
