/** An adapter: low-rank updates of a model's matrices, and rows of its tables; or a prompt. As files it is what `peft-folder.ts` writes and `read-peft-folder.ts` reads. */
import { parameterShapes, placesOf } from "../architecture/index.js";
import { show } from "../foreign.js";
import type { LanguageModel, ModelConfig, NdArray, Weights } from "../types.js";
import { changed, type LowRank } from "./low-rank.js";

export interface Adapter {
  /** By the name of the weight. */
  updates: Record<string, LowRank>;
  /** Rows in place of a table's, by the name of the table. */
  rows: Record<string, AdapterRows>;
  /** Vectors before the first token instead of all that, [vectors, width of the table]. */
  prompt?: NdArray;
  /** Whether its scale is said as alpha over the root of the rank; defaults to alpha over the rank. */
  rslora?: boolean;
  /** What it says that it was trained on. */
  base?: string;
}

export interface AdapterRows {
  ids: readonly number[];
  /** [ids, width] */
  data: NdArray;
}

/** The model with the adapter in its weights. Throws one line where it is of another shape. */
export function withAdapter(model: LanguageModel, adapter: Adapter): LanguageModel {
  checkAdapter(model.config, adapter);
  if (adapter.prompt) throw new Error("adapter: invalid adapter: a prompt, which no weight of a model can hold");
  const places = Object.values(placesOf(model.config));
  const weights: Weights = { ...model.weights };
  for (const [name, update] of Object.entries(adapter.updates)) {
    const transposed = places.some((place) => place.name === name && place.transposed);
    weights[name] = changed(weights[name]!, update, transposed);
  }
  for (const [name, rows] of Object.entries(adapter.rows)) {
    const data = weights[name]!.data.slice();
    putRows(data, rows, 0);
    weights[name] = { shape: [...weights[name]!.shape], data };
  }
  return { ...model, weights };
}

/** Overwrites rows of `numbers`, which are a table's from number `begin` on. */
export function putRows(numbers: Float32Array, { ids, data }: AdapterRows, begin: number): void {
  const width = data.shape[1]!;
  for (const [i, id] of ids.entries())
    for (let j = 0; j < width; j++) {
      const at = id * width + j - begin;
      if (at >= 0 && at < numbers.length) numbers[at] = data.data[i * width + j]!;
    }
}

export function checkAdapter(config: ModelConfig, { updates, rows }: Adapter): void {
  const shapes = parameterShapes(config);
  const transposed = new Set(
    Object.values(placesOf(config)).flatMap((place) => (place.transposed ? [place.name] : [])),
  );
  const fail = (what: string): never => {
    throw new Error(`adapter: invalid model: ${what}`);
  };
  for (const [name, { a, b, magnitude }] of Object.entries(updates)) {
    const shape = shapes[name] ?? fail(`it has no ${name}, which the adapter changes`);
    const [out, width] = transposed.has(name) ? [shape[1], shape[0]] : shape;
    const rank = a.shape[0]!;
    const fits = rank > 0 && `${a.shape}` === `${rank},${width}` && `${b.shape}` === `${out},${rank}`;
    if (!fits || shape.length !== 2 || (magnitude && `${magnitude.shape}` !== `${out}`))
      fail(`${name} is [${shape}], the adapter's update [${b.shape}] by [${a.shape}]`);
  }
  for (const [name, { ids, data }] of Object.entries(rows)) {
    const [count, width] = shapes[name] ?? fail(`it has no ${name}, of which the adapter has rows`);
    const wrong = ids.find((id) => !(Number.isInteger(id) && id >= 0 && id < count!));
    if (wrong !== undefined) fail(`${name} has ${count} rows, the adapter one of id ${show(wrong)}`);
    if (`${data.shape}` !== `${ids.length},${width}`)
      fail(`rows of ${name} are [${data.shape}] (${ids.length} of ${width})`);
  }
}
