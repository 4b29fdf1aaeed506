/**
 * Layers of several folders as one model, which no folder is: what comes before the layers from the first, what comes after them
 * from the last. Where one of them has a head of its own the stack has one: of a tied model its table.
 */
import { parametersOf, tablesOf } from "../architecture/index.js";
import { lacking } from "../merge/index.js";
import type { Header } from "../model/safetensors-header.js";
import type { ModelConfig } from "../types.js";
import type { Folder } from "./folder.js";
import { openSource, type OpenSource } from "./numbers.js";

export interface Stacked {
  parts: readonly StackedPart[];
}

export interface StackedPart {
  folder: Folder;
  /** Layers, from this one up to the other, which is not in it. */
  begin: number;
  end: number;
}

export const isStacked = (model: Folder | Stacked): model is Stacked => "parts" in model;

/** The folder whose files it has. */
export const frontOf = (model: Folder | Stacked): Folder => (isStacked(model) ? model.parts[0]!.folder : model);

/** Whether it has a head of its own. */
export const hasHead = (model: Folder | Stacked): boolean =>
  isStacked(model) ? model.parts.some(({ folder }) => folder.output !== undefined) : model.output !== undefined;

/** The shape of a stack. Throws one line where its parts do not fit together. */
export function stackedShape(caller: string, { parts }: Stacked): ModelConfig {
  const shapes = parts.map(({ folder, begin, end }) => {
    const fail = (what: string): never => {
      throw new Error(`${caller}: invalid slices: ${folder.dir} (${what})`);
    };
    const shape = folder.shape ?? fail("layers are stacked only of kinds of model that are computed here");
    if (!(begin >= 0 && end > begin && end <= shape.layers))
      fail(`it has no layers ${begin} to ${end}; they are counted from 0 to ${shape.layers}, which is not one`);
    const front = parts[0]!.folder;
    const alike = ({ vocabSize: _, layers: __, tied: ___, layerKinds, ...rest }: ModelConfig): string =>
      JSON.stringify({ ...rest, kinds: layerKinds !== undefined });
    if (alike(shape) !== alike(front.shape!)) fail(`it has another shape than ${front.dir}`);
    if (lacking(front.tokenizer, folder.tokenizer).count + lacking(folder.tokenizer, front.tokenizer).count > 0)
      fail(`it has other tokens than ${front.dir}`);
    return shape;
  });
  const kinds = shapes.flatMap(({ layerKinds }, n) => layerKinds?.slice(parts[n]!.begin, parts[n]!.end) ?? []);
  return {
    ...shapes[0]!,
    layers: parts.reduce((sum, { begin, end }) => sum + end - begin, 0),
    tied: !hasHead({ parts }),
    ...(kinds.length > 0 && { layerKinds: kinds }),
  };
}

export function openStack(caller: string, stacked: Stacked, head: string | undefined): OpenSource {
  const { parts } = stacked;
  const shape = stackedShape(caller, stacked);
  const named = head ?? (shape.tied ? undefined : tablesOf({ ...shape, tied: false }).head);
  const opened = parts.map(({ folder }) => openSource(folder, named));
  const tensors: OpenSource["tensors"] = {};
  const stored: OpenSource["stored"] = {};
  const all = parametersOf({ ...shape, tied: named === undefined });
  const lead = all.findIndex(({ layer }) => layer !== undefined);
  const [first, last] = [0, parts.length - 1];
  all.forEach(({ name, layer, slots }, n) => {
    let [part, own] = [n < lead ? first : last, name];
    if (layer !== undefined) {
      let at = layer;
      for (part = 0; at >= parts[part]!.end - parts[part]!.begin; part++) at -= parts[part]!.end - parts[part]!.begin;
      const slot = slots[0]!.replace(`layers.${layer}.`, `layers.${at + parts[part]!.begin}.`);
      own = parametersOf(parts[part]!.folder.shape!).find((one) => one.slots.includes(slot))!.name;
    }
    const source = opened[part]!;
    Object.assign(tensors, { [name]: source.tensors[own]! });
    stored[name] = { ...source.stored[own]!, name };
  });
  const tables = [...new Set([...opened[0]!.tables, ...opened.at(-1)!.tables])].filter((name) => name in tensors);
  return {
    ...{ name: nameOf(stacked), config: shape, tokenizer: parts[0]!.folder.tokenizer, tables, tensors, stored },
    ready: async () => void (await Promise.all(opened.map((one) => one.ready()))),
    close: () => opened.forEach((one) => one.close()),
  };
}

export const nameOf = (model: Folder | Stacked): string =>
  isStacked(model)
    ? model.parts.map(({ folder, begin, end }) => `${folder.dir}[${begin}:${end}]`).join(" + ")
    : model.dir;

/** A stack as a folder that is to be written: all in one file. */
export function asFolder({ parts }: Stacked, { config, stored }: OpenSource): Folder {
  const entries = Object.values(stored).map(({ name, dtype, shape }) => ({ name, dtype, shape, begin: 0, end: 0 }));
  const header: Header = { entries, metadata: { format: "pt" }, start: 0 };
  const output = entries.find(({ name }) => name === tablesOf({ ...config!, tied: false }).head);
  return {
    ...parts[0]!.folder,
    ...{ shape: config, names: {}, headers: { "model.safetensors": header }, duplicates: [] },
    output: output && stored[output.name],
  };
}
