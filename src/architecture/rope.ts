/**
 * Rotary positions: how fast each pair of a head's numbers turns, for every scaling that `transformers` knows, from its
 * names for them. Su et al. 2021 (https://arxiv.org/abs/2104.09864); YaRN: Peng et al. 2023 (https://arxiv.org/abs/2309.00071).
 */
import * as z from "zod";
import { show } from "../foreign.js";
import type { Fields } from "./fields.js";

const positive = z.number().gt(0).lt(Infinity);
const original = { original_max_position_embeddings: positive.optional() };
const attention = { attention_factor: positive.nullish() };

/** As config.json spells them, without the base frequency. */
export const ropeScalings = {
  linear: z.strictObject({ rope_type: z.literal("linear"), factor: positive }),
  dynamic: z.strictObject({ rope_type: z.literal("dynamic"), factor: positive, ...original }),
  llama3: z.strictObject({
    rope_type: z.literal("llama3"),
    factor: positive,
    low_freq_factor: positive,
    high_freq_factor: positive,
    ...original,
  }),
  yarn: z.strictObject({
    rope_type: z.literal("yarn"),
    factor: positive.nullish(),
    ...original,
    ...attention,
    beta_fast: positive.nullish(),
    beta_slow: positive.nullish(),
    mscale: z.number().nullish(),
    mscale_all_dim: z.number().nullish(),
    truncate: z.boolean().nullish(),
  }),
  longrope: z.strictObject({
    rope_type: z.literal("longrope"),
    factor: positive.nullish(),
    ...original,
    ...attention,
    short_factor: z.array(positive).max(4096),
    long_factor: z.array(positive).max(4096),
  }),
};
export type KnownScaling = {
  [type in keyof typeof ropeScalings]: z.infer<(typeof ropeScalings)[type]>;
}[keyof typeof ropeScalings];

export interface Rope {
  /** The base: pair i of a head turns by θ^(−2i/width) a token. */
  theta: number;
  /** Numbers of a head that are turned; the first ones. */
  width: number;
  scaling?: KnownScaling | undefined;
  /** The longest window of the model, and the window that is computed. */
  context: number;
  window: number;
}

/** Radians a token of each of the `width / 2` pairs, and what cos and sin are multiplied by. */
export function frequencies(rope: Rope): { frequencies: number[]; magnitude: number } {
  const { theta, width, scaling, context, window } = rope;
  const plain = (base: number): number[] => Array.from({ length: width / 2 }, (_, i) => base ** ((-2 * i) / width));
  const before =
    (scaling && "original_max_position_embeddings" in scaling && scaling.original_max_position_embeddings) || context;
  switch (scaling?.rope_type) {
    case undefined:
      return { frequencies: plain(theta), magnitude: 1 };
    case "linear":
      return { frequencies: plain(theta).map((w) => w / scaling.factor), magnitude: 1 };
    case "dynamic": {
      const longest = Math.max(window, context);
      const grown = (scaling.factor * longest) / context - (scaling.factor - 1);
      return { frequencies: plain(theta * grown ** (width / (width - 2))), magnitude: 1 };
    }
    case "llama3": {
      const { factor, low_freq_factor: low, high_freq_factor: high } = scaling;
      const slower = plain(theta).map((w) => {
        const smooth = clamp(((before * w) / (2 * Math.PI) - low) / (high - low), 0, 1);
        return ((1 - smooth) * w) / factor + smooth * w;
      });
      return { frequencies: slower, magnitude: 1 };
    }
    case "yarn":
      return yarn({ ...rope, scaling }, plain(theta), before);
    case "longrope": {
      const factors = window > before ? scaling.long_factor : scaling.short_factor;
      if (factors.length !== width / 2)
        throw new Error(
          `config.json: invalid rope_parameters: ${factors.length} factors (${width / 2} pairs are turned)`,
        );
      const factor = scaling.factor ?? context / before;
      const magnitude =
        scaling.attention_factor ?? (factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(before)));
      return { frequencies: plain(theta).map((w, i) => w / factors[i]!), magnitude };
    }
  }
}

function yarn(
  { theta, width, scaling, context }: Rope & { scaling: KnownScaling & { rope_type: "yarn" } },
  plain: number[],
  before: number,
): { frequencies: number[]; magnitude: number } {
  const factor = scaling.factor ?? context / before;
  const at = (turns: number): number => (width * Math.log(before / (turns * 2 * Math.PI))) / (2 * Math.log(theta));
  const [low, high] = [at(scaling.beta_fast ?? 32), at(scaling.beta_slow ?? 1)];
  const whole = scaling.truncate ?? true;
  const first = Math.max(whole ? Math.floor(low) : low, 0);
  const end = Math.min(whole ? Math.ceil(high) : high, width - 1);
  const last = first === end ? end + 0.001 : end;
  const growth = (k: number): number => (factor <= 1 ? 1 : 0.1 * k * Math.log(factor) + 1);
  const { mscale, mscale_all_dim: all } = scaling;
  const magnitude = scaling.attention_factor ?? (mscale && all ? growth(mscale) / growth(all) : growth(1));
  const blended = plain.map((w, j) => {
    const ramp = clamp((j - first) / (last - first), 0, 1);
    return w * (1 - ramp) + (w / factor) * ramp;
  });
  return { frequencies: blended, magnitude };
}

const clamp = (x: number, least: number, most: number): number => Math.min(most, Math.max(least, x));

/** Where an older file has both `rope_scaling` and `rope_parameters`, the older object counts, whole. */
const ropeObject = (json: Record<string, unknown>): "rope_scaling" | "rope_parameters" =>
  json.rope_scaling != null ? "rope_scaling" : "rope_parameters";

export interface RopeFields {
  ropeTheta: number;
  ropeFraction?: number;
  ropeScaling?: KnownScaling;
}

/** What the fields say of rotary positions; `given` is the object within, where layers differ in it. */
export function readRope(fields: Fields, theta = 10000, given = fields.inside(ropeObject(fields.json))): RopeFields {
  const { rope_theta: _, partial_rotary_factor: __, type: old, rope_type = old ?? "default", ...rest } = given.json;
  const fraction = given.optional("partial_rotary_factor") ?? fields.optional("partial_rotary_factor") ?? 1;
  const said = {
    ropeTheta: given.number("rope_theta", fields.number("rope_theta", theta)),
    ...(fraction !== 1 && { ropeFraction: fraction }),
  };
  if (rope_type === "default") return said;
  // Phi-3's older files say "su" or "yarn" for what is longrope now.
  const type = rope_type === "su" || "long_factor" in rest ? "longrope" : rope_type;
  if (!(typeof type === "string" && Object.hasOwn(ropeScalings, type)))
    throw new Error(
      `config.json: invalid rope_type: ${show(rope_type)} (one of default, ${Object.keys(ropeScalings).join(", ")})`,
    );
  const schema: z.ZodType<KnownScaling> = ropeScalings[type as keyof typeof ropeScalings];
  // What stands beside the object wins over what is within.
  const beside = fields.optional("original_max_position_embeddings");
  const all = { ...rest, ...(beside !== undefined && { original_max_position_embeddings: beside }) };
  const known = ropeScalings[type as keyof typeof ropeScalings].shape;
  const inner = Object.fromEntries(Object.entries(all).filter(([name]) => name in known));
  const read = schema.safeParse({ ...inner, rope_type: type });
  if (!read.success) {
    const issue = read.error.issues[0]!;
    throw new Error(`config.json: invalid ${ropeObject(fields.json)}: ${issue.path.join(".")}: ${issue.message}`);
  }
  return { ...said, ropeScaling: read.data };
}

/** The object of config.json that says the same. */
export const writeRope = ({ ropeTheta, ropeFraction, ropeScaling }: RopeFields): Record<string, unknown> => ({
  rope_type: "default",
  ...ropeScaling,
  rope_theta: ropeTheta,
  ...(ropeFraction !== undefined && { partial_rotary_factor: ropeFraction }),
});
