/**
 * Adapters (Houlsby et al. 2019; as MAD-X has them, Pfeiffer et al. 2020): after each layer h + U relu(D h + c) + b, a bottleneck
 * of a few numbers, where the model itself stays as it is. With `domains` each has its own and a sequence goes through that of
 * its domain, as in X-Mod (Pfeiffer et al. 2022), where the body is trained too; a sequence of no such domain passes by.
 */
import * as z from "zod";
import * as tf from "../../../tensors.js";
import { placesOf } from "../../../architecture/index.js";
import { type Module, normed } from "../../../model/index.js";
import { made } from "../../../registry.js";
import { rng } from "../../../rng.js";
import type { ModelConfig } from "../../../types.js";
import { beside, type BesideOptions, besideOptions, besideSaid, toldRows } from "./beside.js";
import { type Bottleneck, bottlenecks } from "./bottleneck.js";
import { coupled } from "./invertible.js";
import type { Parameters } from "../types.js";

export interface AdaptersOptions extends BesideOptions {
  /** Numbers in the bottleneck; defaults to a sixteenth of the model's width, 4 at least. */
  size?: number;
  /**
   * What goes into the bottleneck: the layer's output h ("stream", the default), or h normed once more with the weights of the
   * layer's last norm ("norm"), as X-Mod reuses it. Of layers whose sums are normed (BERT, XLM-R) h is n, normed already, and as
   * in X-Mod n + A(n) is what the second norm then makes of it; of others it is h + A(norm(h)).
   */
  reads?: "stream" | "norm";
  /** Whether rows of the table go through an invertible adapter, and what the head reads through its inverse (MAD-X). Defaults to false; the head must be the table. */
  invertible?: boolean;
}

export const adaptersOptions = z.strictObject({
  size: z.int().min(1).optional(),
  reads: z.enum(["stream", "norm"]).optional(),
  invertible: z.boolean().optional(),
  ...besideOptions,
});

export function adapters({ size, reads = "stream", invertible = false, ...options }: AdaptersOptions = {}): Parameters {
  const caller = "adapters";
  if (reads !== "stream" && reads !== "norm")
    throw new Error(`${caller}: invalid reads: ${JSON.stringify(reads)} ("stream" or "norm")`);
  const own = {
    ...(size !== undefined && { size }),
    ...(reads !== "stream" && { reads }),
    ...(invertible && { invertible }),
  };
  if (size !== undefined && !(Number.isInteger(size) && size >= 1))
    throw new Error(`${caller}: invalid size: ${size} (a whole number from 1)`);
  return made({
    name: caller,
    options: { ...own, ...besideSaid(caller, options) },
    told(run) {
      const newRows = toldRows(options, run.newRows);
      return newRows && adapters({ ...options, ...own, newRows });
    },
    of({ config: { width, layers }, config, seed }) {
      const inner = size ?? Math.max(4, Math.round(width / 16));
      const { added, owners, at } = bottlenecks({ domains: options.domains, random: rng(seed) });
      const modules: Record<string, Module> = {};
      for (let layer = 0; layer < layers; layer++) {
        const adapter = at(`layers.${layer}`, { width, inner });
        modules[`layers.${layer}`] = reads === "norm" ? onNorm(config, layer, adapter) : onStream(adapter);
      }
      if (invertible) Object.assign(modules, coupled(caller, config, at));
      return beside({ ...options, config, caller, added, domainOf: (name) => owners.get(name), modules });
    },
  });
}

const onStream = ({ reads, change }: Bottleneck): Module => ({
  reads,
  of: ({ tensors, y, batch }) => tf.add(y, change(y, tensors, batch)),
});

function onNorm(config: ModelConfig, layer: number, { reads, change }: Bottleneck): Module {
  const places = placesOf(config);
  const slot = `layers.${layer}.${config.normAt === "post" ? "afterFeed" : "feedNorm"}`;
  const norms = [`${slot}.weight`, `${slot}.bias`].flatMap((one) => places[one]?.name ?? []);
  if (norms.length === 0) throw new Error(`adapters: invalid reads: "norm" (${slot} is no norm of this kind of model)`);
  return {
    reads: [...norms, ...reads],
    of: ({ tensors, y, batch }) => {
      const [weight, bias] = tensors.slice(0, norms.length) as [tf.Tensor, tf.Tensor?];
      const again = (x: tf.Tensor): tf.Tensor => normed(config, x, weight, bias);
      const given = tensors.slice(norms.length);
      return config.normAt === "sum"
        ? again(tf.add(y, change(y, given, batch)))
        : tf.add(y, change(again(y), given, batch));
    },
  };
}
