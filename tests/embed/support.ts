/** Small models of random tables for the tests of this room, and what is asked of rows. */
import assert from "node:assert/strict";
import { configOf } from "../../src/model/config.js";
import { rng } from "../../src/rng.js";
import type { LanguageModel, NdArray, Tokenizer } from "../../src/types.js";

export const embedding = "model.embed_tokens.weight";
export const head = "lm_head.weight";

export interface ModelOptions {
  tokenizer: Tokenizer;
  width?: number;
  tied?: boolean;
  rows?: number;
  seed?: number;
  /** Mean of every entry. Defaults to 0.3. */
  offset?: number;
  /** Deviation of the entries. Defaults to 1. */
  spread?: number;
}

/** Rows without a token hold values that would show up anywhere they leaked to. */
export function model(options: ModelOptions): LanguageModel {
  const { tokenizer, width = 12, tied = true, rows = tokenizer.size, seed = 1, offset = 0.3, spread = 1 } = options;
  const table = (label: string): NdArray => {
    const random = rng(seed).fork(label);
    const data = Float32Array.from({ length: rows * width }, () => offset + spread * random.normal());
    for (let row = 0; row < rows; row++)
      if (tokenizer.tokenOf(row) === undefined) data.fill(1e6, row * width, (row + 1) * width);
    return { shape: [rows, width], data };
  };
  const norm = { shape: [width], data: new Float32Array(width).fill(1) };
  return {
    config: configOf({ vocabSize: rows, width, layers: 1, heads: 1, kvHeads: 1, ffn: 24, context: 16, tied }),
    weights: { [embedding]: table("in"), "model.norm.weight": norm, ...(tied ? {} : { [head]: table("out") }) },
    tokenizer,
  };
}

export function row({ data, shape }: NdArray, id: number): Float32Array {
  return data.subarray(id * shape[1]!, (id + 1) * shape[1]!);
}

/** The weighted sum of rows. */
export function mixed(table: NdArray, weights: [id: number, weight: number][]): number[] {
  return Array.from({ length: table.shape[1]! }, (_, j) =>
    weights.reduce((sum, [id, weight]) => sum + weight * row(table, id)[j]!, 0),
  );
}

export function meanRow(table: NdArray, ids: number[]): number[] {
  return mixed(
    table,
    ids.map((id) => [id, 1 / ids.length]),
  );
}

export function close(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance = 1e-5): void {
  assert.equal(actual.length, expected.length);
  for (let j = 0; j < expected.length; j++)
    assert.ok(Math.abs(actual[j]! - expected[j]!) <= tolerance, `${j}: ${actual[j]} is not ${expected[j]}`);
}
