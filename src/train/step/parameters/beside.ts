/**
 * What methods with modules beside the model have in common: tensors of their own, which are trained and saved beside it
 * (`run/modules.ts`) and never merged; a body that is frozen or trained, in whole or in part; and a module for each domain, of
 * which a sequence's own is read. What a module computes is each method's.
 */
import * as z from "zod";
import * as tf from "../../../tensors.js";
import type { Tensors } from "../../../engine/index.js";
import { type Modules, withModules } from "../../../model/index.js";
import type { Json } from "../../../registry.js";
import type { ModelConfig, Weights } from "../../../types.js";
import { domainsIn } from "../domains.js";
import type { Role } from "../roles.js";
import { needsNewRows, selectionOf, trainedOf } from "./trainable.js";
import { newRows, type NewRows, type Trainable, trainable } from "./trainables.js";
import type { Leaves, Shaped } from "../types.js";

export interface BesideOptions {
  /** What of the model is trained beside, as in `selection`; "none" freezes it. */
  body?: Trainable | "none";
  /** Which rows of the tables "new" means there. */
  newRows?: NewRows;
  /** Each has modules of its own; defaults to one for all text. */
  domains?: string[];
  /** Those of them whose modules are trained, while the others keep every bit; defaults to all. */
  learning?: string[];
}

const names = z.array(z.string().min(1)).min(1);
/** Shape of the same in a recipe. */
export const besideOptions = {
  body: z.union([z.literal("none"), trainable]).optional(),
  newRows: newRows.optional(),
  domains: names.optional(),
  learning: names.optional(),
};

/** As a method's options say them. Throws one line where they contradict each other. */
export function besideSaid(caller: string, { body, newRows, domains, learning }: BesideOptions): Record<string, Json> {
  const fail = (what: string, fix: string): never => {
    throw new Error(`${caller}: invalid ${what} (${fix})`);
  };
  const twice = domains?.some((domain, i) => domains.indexOf(domain) !== i);
  if (domains && (domains.length === 0 || twice)) fail(`domains: ${domains.join(", ")}`, "at least one, each once");
  const stranger = learning?.find((domain) => !domains?.includes(domain));
  if (learning?.length === 0 || stranger !== undefined)
    fail(`learning: ${stranger ?? "none"}`, `domains are ${domains?.join(", ") ?? "not told apart"}`);
  return {
    ...(body !== undefined && { body: body as Json }),
    ...(newRows !== undefined && { newRows: newRows as Json }),
    ...(domains && { domains }),
    ...(learning && { learning }),
  };
}

/** The rows that a run knows as new, where the body speaks of such rows and nobody said which. */
export const toldRows = ({ body, newRows }: BesideOptions, known: NewRows | undefined): NewRows | undefined =>
  body !== undefined && body !== "none" && newRows === undefined && needsNewRows(body) ? known : undefined;

export interface MadeBeside extends BesideOptions {
  config: ModelConfig;
  /** The method's, for errors. */
  caller: string;
  /** The modules' tensors as they begin, by name, each of a domain where there are some. */
  added: Weights;
  /** The domain that a tensor is of; defaults to none. */
  domainOf?: (name: string) => string | undefined;
  /** Defaults to "layers". */
  role?: Role;
  modules: Modules;
  /** The modules as an adapter of the frozen model, where PEFT knows such. */
  adapter?: Leaves["adapter"];
}

export function beside(options: MadeBeside): Leaves {
  const { config, caller, body = "none", newRows, domains, learning, added, role, modules, adapter } = options;
  const { domainOf = () => undefined } = options;
  const own =
    body === "none" ? { leaves: {}, rows: {} } : selectionOf(config, trainedOf({ config, trainable: body, newRows }));
  const isTrained = (name: string): boolean => {
    const domain = domainOf(name);
    return !learning || domain === undefined || learning.includes(domain);
  };
  const leaves: Shaped = Object.fromEntries(
    Object.entries(added).flatMap(([name, { shape }]) =>
      isTrained(name) ? [[name, { shape, ...(role && { role }) }]] : [],
    ),
  );
  return {
    leaves: { ...own.leaves, ...leaves },
    rows: own.rows,
    added,
    beside: true,
    ...(adapter && body === "none" && { adapter }),
    ...(domains && { domains }),
    weights(state, inputs) {
      const read: Tensors = domains ? { ...state, [DOMAIN]: domainsIn(caller, inputs) } : state;
      return withModules(read, modules);
    },
    merged: (state) => Object.fromEntries(Object.entries(state).filter(([tensor]) => !(tensor in added))),
  };
}

/** What a module reads to know its sequences' domains: [batch, domains], 1 where a sequence is of one. */
export const DOMAIN = "beside.domain";

/** `each` of equal shapes, one for each domain → that of each sequence, [batch, ...shape]; zeros where it has none. */
export function chosen(domain: tf.Tensor, each: tf.Tensor[], batch: number): tf.Tensor {
  const [first] = each;
  if (domain.shape[0] !== batch)
    throw new Error(
      `train: invalid objective: it reads ${batch} sequences, of ${domain.shape[0]} of which the domain is known`,
    );
  const table = tf.concat(each.map((tensor) => tf.reshape(tensor, [1, -1])));
  return tf.reshape(tf.matMul(domain as tf.Tensor2D, table as tf.Tensor2D), [batch, ...first!.shape]);
}
