/**
 * Methods as they are written down, with options that change over the layers, and methods for groups of tensors:
 *   method({ name: "slerp", t: { gradient: [0, 0.5, 1] } })
 *   method({ groups: [{ match: "self_attn", method: { name: "ties", density: 0.3 } }], default: { name: "linear" } })
 * A gradient is spread over the layers evenly, with lines between its values; what is before or after the layers has its first.
 */
import { type Json, makeOf, type Written } from "../registry.js";
import { composed, type Place } from "./composed.js";
import { methods } from "./registry.js";
import type { MergeMethod } from "./types.js";

export interface Gradient {
  readonly gradient: readonly number[];
}

/** The name of a row beside its options, numbers of which may be gradients. */
export type WrittenMethod = { readonly name: string } & Readonly<Record<string, Json | Gradient | undefined>>;

export interface Grouped {
  /** Each is for the tensors in whose names `match` is, and a tensor is in no two. */
  readonly groups: readonly { readonly match: string; readonly method: WrittenMethod }[];
  /** Of all other tensors; where it is absent, there must be none. */
  readonly default?: WrittenMethod;
}

/** Throws one line where it is no method. */
export const method = (written: WrittenMethod | Grouped): MergeMethod =>
  isGrouped(written) ? grouped(written) : graded(written);

const isGrouped = (written: WrittenMethod | Grouped): written is Grouped => Array.isArray((written as Grouped).groups);

function graded(written: WrittenMethod): MergeMethod {
  if (!hasGradient(written as Json)) return makeMethod(written as Written);
  const made = new Map<string, MergeMethod>();
  const choose = (place: Place): MergeMethod => {
    const options = resolved(written as Json, shareOf(place)) as Written;
    const key = JSON.stringify(options);
    const own = made.get(key) ?? makeMethod(options);
    made.set(key, own);
    return own;
  };
  const { name, ...options } = written;
  const first = choose({ name: "", layers: 0, isAfter: false });
  return composed({ name, options: options as Record<string, Json>, methods: [first], choose });
}

function makeMethod({ name, ...options }: Written): MergeMethod {
  if (!Object.hasOwn(methods, name))
    throw new Error(`merge: invalid method: ${name} (one of ${Object.keys(methods).join(", ")})`);
  const result = methods[name as keyof typeof methods].options.safeParse(options);
  const issue = result.error?.issues[0];
  if (issue) throw new Error(`merge: invalid ${[name, ...issue.path].join(".")}: ${issue.message}`);
  return makeOf<MergeMethod>(methods, { name, ...options });
}

function grouped({ groups, default: other }: Grouped): MergeMethod {
  const all = groups.map(({ match, method: written }) => ({ match, method: graded(written) }));
  const rest = other && graded(other);
  const of = ({ name }: Place): typeof all => all.filter(({ match }) => name.includes(match));
  return composed({
    name: "groups",
    options: { groups: groups as unknown as Json, ...(other && { default: other as Json }) },
    methods: [...all.map((group) => group.method), ...(rest ? [rest] : [])],
    choose: (place) => of(place)[0]?.method ?? rest!,
    check: (caller, tensors) => {
      const twice = tensors.find((tensor) => of(tensor).length > 1);
      if (twice)
        throw new Error(
          `${caller}: invalid groups: ${twice.name} (it is in those of ${of(twice)
            .map(({ match }) => JSON.stringify(match))
            .join(" and ")})`,
        );
      const idle = all.find(({ match }) => !tensors.some(({ name }) => name.includes(match)));
      if (idle) throw new Error(`${caller}: invalid groups: ${JSON.stringify(idle.match)} (it is in no tensor's name)`);
      const none = rest ? [] : tensors.filter((tensor) => of(tensor).length === 0).map(({ name }) => name);
      if (none.length > 0)
        throw new Error(
          `${caller}: invalid groups: no default, and ${none.slice(0, 5).join(", ")}${none.length > 5 ? ` and ${none.length - 5} more` : ""} ${none.length === 1 ? "is" : "are"} in none`,
        );
    },
  });
}

/** From 0, the first layer, to 1, the last. */
export const shareOf = ({ layer, layers }: Pick<Place, "layer" | "layers">): number =>
  layer === undefined ? 0 : layers > 1 ? layer / (layers - 1) : 1;

/** The value of a gradient at a share of the layers. */
export function gradientAt(values: readonly number[], share: number): number {
  const at = share * (values.length - 1);
  const [low, high] = [Math.floor(at), Math.min(values.length - 1, Math.floor(at) + 1)];
  return (1 - (at - low)) * values[low]! + (at - low) * values[high]!;
}

const isGradient = (value: Json): boolean =>
  typeof value === "object" && value !== null && Array.isArray((value as unknown as Gradient).gradient);

const hasGradient = (value: Json): boolean =>
  isGradient(value) ||
  (typeof value === "object" && value !== null && Object.values(value).some((one) => hasGradient(one as Json)));

function resolved(value: Json, share: number): Json {
  if (typeof value !== "object" || value === null) return value;
  if (isGradient(value)) {
    const { gradient } = value as unknown as Gradient;
    if (!(gradient.length > 0 && gradient.every(Number.isFinite)))
      throw new Error(`merge: invalid gradient: ${JSON.stringify(gradient)} (numbers, at least one)`);
    return gradientAt(gradient, share);
  }
  if (Array.isArray(value)) return (value as Json[]).map((one) => resolved(one, share));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, resolved(one as Json, share)]));
}
