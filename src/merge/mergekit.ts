/**
 * A configuration of mergekit (https://github.com/arcee-ai/mergekit), parsed from YAML or JSON: which models, by which method,
 * and what each parameter is for each tensor. Read: merge_method, base_model, models or slices, parameters, dtype, out_dtype,
 * tokenizer_source or tokenizer.source. What else it says is refused by name. A list of numbers is a gradient over the
 * layers of its slice; of values with a filter the first whose filter is in the tensor's name counts.
 */
import { show } from "../foreign.js";
import type { Written } from "../registry.js";
import type { Dtype } from "../types.js";
import { composed, type Place } from "./composed.js";
import { type KitMethod, kitMethods, type Value, type Values } from "./mergekit-methods.js";
import type { MergeMethod } from "./types.js";
import { parsed, refuse, type Settings, type Slices } from "./mergekit-schema.js";
import { checked, valueOf } from "./mergekit-values.js";
import { method as methodOf, shareOf } from "./written.js";

/** One of what is merged: a model, or layers of several, stacked. */
export type MergekitInput = { model: string } | { parts: { model: string; begin: number; end: number }[] };

export interface Mergekit {
  /** What it calls its method. */
  name: string;
  /** What deltas are counted from. */
  base?: MergekitInput;
  models: MergekitInput[];
  method: MergeMethod;
  tokens?: string;
  dtype?: Dtype;
}

type Slice = {
  begin: number;
  end: number;
  sources: { model: string; begin: number; parameters: Settings }[];
  parameters: Settings;
};

const dtypes = { float32: "F32", float16: "F16", bfloat16: "BF16" } as const;

/** `vectors`: whether gains of norms and biases are merged alike, as mergekit does, or only weighted and added, the default. */
export function mergekit(config: unknown, { vectors = "linear" }: { vectors?: "linear" | "alike" } = {}): Mergekit {
  const {
    merge_method: name,
    base_model: base,
    models,
    slices,
    tokenizer,
    tokenizer_source: source,
    ...rest
  } = parsed(config);
  const kit = Object.hasOwn(kitMethods, name) ? kitMethods[name]! : undefined;
  if (!kit) throw refuse(`merge_method: ${show(name)} (one of ${Object.keys(kitMethods).join(", ")})`);
  if (!models === !slices) throw refuse('models (give either "models" or "slices")');
  if (tokenizer && source) throw refuse('tokenizer (give either "tokenizer" or "tokenizer_source")');
  if (kit.needsBase && !base) throw refuse(`base_model: none (${name} needs one)`);
  for (const one of [
    base,
    ...(models ?? []).map((each) => each.model),
    ...(slices ?? []).flatMap(({ sources }) => sources.map((each) => each.model)),
  ])
    if (one?.includes("+"))
      throw refuse(`model: ${show(one)} (adapters are not read here; merge them into a folder first)`);
  const list = models ? wholes(models, base) : stacked(slices!);
  checkNames(name, kit, [
    rest.parameters,
    ...list.flatMap((slice) => [slice.parameters, ...slice.sources.map((each) => each.parameters)]),
  ]);
  const columns = list[0]!.sources.map(({ model: own }) => own);
  const at = base == null || kit.mergesBase ? -1 : list[0]!.sources.findIndex((each) => each.model === base);
  if (base != null && !kit.mergesBase && !list.every(({ sources }) => sources[at]?.model === base))
    throw refuse(`slices: ${base} (the base is one of the sources of each slice, at the same place in all)`);
  const inputs = columns.map((own, k): MergekitInput =>
    models
      ? { model: own }
      : {
          parts: list.map(({ sources, begin, end }) => ({
            model: sources[k]!.model,
            begin: sources[k]!.begin,
            end: sources[k]!.begin + end - begin,
          })),
        },
  );
  const order = columns.map((_, k) => k).filter((k) => k !== at);
  if (name === "slerp") order.sort((a, b) => Number(columns[b] === base) - Number(columns[a] === base));
  const as = rest.out_dtype ?? rest.dtype;
  const tokens = tokenizer?.source ?? source;
  return {
    name,
    ...(at >= 0 && { base: inputs[at]! }),
    models: order.map((k) => inputs[k]!),
    method: byTensor({ name, kit, slices: list, order, parameters: rest.parameters, vectors, hasBase: at >= 0 }),
    ...(tokens != null && { tokens }),
    ...(as != null && { dtype: dtypes[as] }),
  };
}

/** Whole models are one slice, the base at its end where it is not among them. */
function wholes(models: { model: string; parameters?: Settings }[], base: string | null | undefined): Slice[] {
  const own = models.map((each) => ({ model: each.model, begin: 0, parameters: each.parameters }));
  const isIn = base == null || own.some((each) => each.model === base);
  const all = isIn ? own : [...own, { model: base, begin: 0, parameters: undefined }];
  return [{ begin: 0, end: Infinity, sources: all, parameters: undefined }];
}

function stacked(slices: Slices): Slice[] {
  let at = 0;
  return slices.map(({ sources, parameters: own, base_model: base }) => {
    if (base != null) throw refuse(`slices.base_model: ${base} (one base for all slices is read here)`);
    const [length, ...others] = sources.map(({ layer_range: [begin, end] }) => end - begin);
    if (!(length! > 0 && others.every((other) => other === length)))
      throw refuse(
        `slices: ${JSON.stringify(sources.map((each) => each.layer_range))} (ranges of a slice have the same number of layers)`,
      );
    if (sources.length !== slices[0]!.sources.length)
      throw refuse(`slices: ${sources.length} sources (the first has ${slices[0]!.sources.length})`);
    const slice = { begin: at, end: at + length!, parameters: own };
    at += length!;
    return {
      ...slice,
      sources: sources.map((each) => ({ model: each.model, begin: each.layer_range[0], parameters: each.parameters })),
    };
  });
}

function checkNames(name: string, { parameters: known }: KitMethod, settings: readonly Settings[]): void {
  for (const one of settings)
    for (const key of Object.keys(one ?? {}))
      if (!Object.hasOwn(known, key))
        throw refuse(`parameters: ${key} (${name} has ${Object.keys(known).join(", ") || "none"})`);
}

interface ByTensor {
  name: string;
  kit: KitMethod;
  slices: readonly Slice[];
  /** The places of the models among the sources. */
  order: readonly number[];
  parameters: Settings;
  vectors: "linear" | "alike";
  hasBase: boolean;
}

/** The method for each tensor, with the values that hold there. */
function byTensor({ kit, slices, order, parameters: shared, vectors, hasBase }: ByTensor): MergeMethod {
  const valuesAt = (place: Place): Values => {
    const { layer, layers, name, isAfter } = place;
    const slice =
      slices.find(({ begin, end }) => layer !== undefined && layer >= begin && layer < end) ??
      slices.at(isAfter ? -1 : 0)!;
    const length = Math.min(slice.end, layers) - slice.begin;
    const share = layer === undefined ? 0 : shareOf({ layer: layer - slice.begin, layers: length });
    const value = (key: string, given: readonly Settings[], called: string): Value => {
      const found = given.map((one) =>
        one && Object.hasOwn(one, key) ? valueOf(one[key]!, called, share, key, kit.parameters[key]!) : undefined,
      );
      return checked(
        key,
        kit.parameters[key]!,
        found.find((one) => one !== undefined),
        called,
      );
    };
    const values = { all: {} } as Values;
    for (const [key, { of }] of Object.entries(kit.parameters))
      if (of === "all") values.all[key] = value(key, [slice.parameters, shared], name);
      else
        values[key] = order.map((k) => {
          const { begin, parameters: own } = slice.sources[k]!;
          const called = layer === undefined ? name : name.replace(`.${layer}.`, `.${layer - slice.begin + begin}.`);
          return value(key, [own, slice.parameters, shared], called);
        });
    return values;
  };
  const made = new Map<string, MergeMethod>();
  const choose = (place: Place): MergeMethod => {
    const written = kit.written(valuesAt(place), hasBase);
    const key = JSON.stringify(written);
    const own = made.get(key) ?? withVectors(written, vectors);
    made.set(key, own);
    return own;
  };
  const layers = slices.at(-1)!.end;
  const first = choose({ name: "", layers: Number.isFinite(layers) ? layers : 0, isAfter: false });
  if (
    !isVarying([
      shared,
      ...slices.flatMap((slice) => [slice.parameters, ...slice.sources.map((each) => each.parameters)]),
    ]) &&
    slices.length === 1
  )
    return first;
  return composed({ name: first.name, options: { ...first.options, varies: true }, methods: [first], choose });
}

/** `vectors` for the methods that have it. */
function withVectors(written: Written, vectors: "linear" | "alike"): MergeMethod {
  const method = methodOf(written);
  return Object.hasOwn(method.options, "vectors") ? methodOf({ ...written, vectors }) : method;
}

const isVarying = (settings: readonly Settings[]): boolean =>
  settings.some((one) => Object.values(one ?? {}).some((value) => typeof value === "object" && value !== null));
