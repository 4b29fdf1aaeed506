/**
 * Whether learning one domain helps or hurts another: cosine and product of the gradients of their mean losses (nats per token,
 * next token), each on a batch of the domain's own train text, over everything that is trained, by what it is in the model and by
 * layer (Riemer et al. 2019, https://arxiv.org/abs/1810.11910). Batches are the same in every evaluation and every run. Of a single pair noise is most of it, so
 * it is a mean over `pairs`; two batches of one domain say how near 1 a cosine can come at all.
 *
 * It costs `pairs` + 1 forward and backward passes of each domain, about as many updates, and three copies of its gradient on the host.
 */
import { parametersOf } from "../../architecture/index.js";
import type { Program, State } from "../../engine/index.js";
import { made } from "../../registry.js";
import { dot, gradientStep } from "../gradient-step.js";
import { probes } from "../probes.js";
import { domainFeeds } from "../step/domains.js";
import type { Evaluator, EvaluatorOptions } from "./types.js";

export interface GradientCosineOptions {
  /** Pairs of batches; defaults to 8. */
  pairs?: number;
  /** Defaults to all with text to train on. */
  domains?: string[];
}

type Gradient = Record<string, Float32Array>;

/**
 * Rows: metrics `gradient-cosine` and `gradient-product`, and the same with `.embedding`, `.attention`, … and `.layer-0`, …; their
 * domain is two, as in `old:new`, or one twice, as in `old:old`, the ceiling. `error` is of the mean over the pairs.
 */
export function gradientCosine({ pairs = 8, domains }: GradientCosineOptions = {}): Evaluator {
  if (!(Number.isInteger(pairs) && pairs >= 1))
    throw new Error(`gradientCosine: invalid pairs: ${pairs} (a whole number from 1)`);
  return made({
    name: "gradient-cosine",
    live: true,
    options: { pairs, domains },
    begin(at) {
      const { engine, model, leaves, shards, batch, context } = at;
      if (model.config.encoder) throw new Error("gradientCosine: invalid model: an encoder (it has no next tokens)");
      const all = domains ?? Object.keys(shards).filter((domain) => shards[domain]!.train);
      for (const domain of all)
        if (!shards[domain]?.train)
          throw new Error(`gradientCosine: invalid domains: ${domain} (there is no text of it to train on)`);
      const probe = probes({ shards, context, seed: 1, of: "gradient cosine" });
      const groups = groupsOf(at);
      const { fn, signature } = gradientStep({ model, leaves, batch, context });
      let program: Program | undefined;
      const gradientOf = async (state: State, domain: string, i: number): Promise<Gradient> => {
        program ??= await engine.compile(fn, signature);
        const own = domainFeeds(leaves, Array<string>(batch).fill(domain));
        return program.run(state, { tokens: probe(domain, i * batch, batch), ...own });
      };

      return {
        async evaluate(state) {
          const seen = new Map<string, Products[]>();
          const add = (one: string, other: string, a: Gradient, b: Gradient): void => {
            const key = `${one}:${other}`;
            seen.set(key, [...(seen.get(key) ?? []), productsOf(groups, a, b)]);
          };
          let before: Gradient[] = [];
          for (let i = 0; i <= pairs; i++) {
            const now: Gradient[] = [];
            for (const domain of all) now.push(await gradientOf(state, domain, i));
            before.forEach((gradient, k) => add(all[k]!, all[k]!, gradient, now[k]!));
            if (i < pairs)
              now.forEach((a, k) => now.slice(k + 1).forEach((b, l) => add(all[k]!, all[k + 1 + l]!, a, b)));
            before = now;
          }
          return [...seen].flatMap(([domain, products]) => rowsOf(domain, products));
        },
        async dispose() {
          await program?.dispose();
          program = undefined;
        },
      };
    },
  });
}

/** Names of leaves by what the metric's name ends in. */
function groupsOf({ model, leaves }: EvaluatorOptions): Record<string, string[]> {
  const parameters = parametersOf(model.config);
  const groups: Record<string, string[]> = { "": Object.keys(leaves.leaves) };
  for (const leaf of Object.keys(leaves.leaves)) {
    // A leaf that is none of the model's own is called after the one that it changes.
    const of = parameters.find(({ name }) => leaf === name || leaf.endsWith(`.${name}`));
    if (!of) continue;
    (groups[`.${of.role}`] ??= []).push(leaf);
    if (of.layer !== undefined) (groups[`.layer-${of.layer}`] ??= []).push(leaf);
  }
  return groups;
}

/** Of two gradients by group. */
type Products = Record<string, { cosine: number; product: number }>;

function productsOf(groups: Record<string, string[]>, a: Gradient, b: Gradient): Products {
  const sum = (names: string[], one: Gradient, other: Gradient): number =>
    names.reduce((total, name) => dot(one[name]!, other[name]!, total), 0);
  return Object.fromEntries(
    Object.entries(groups).map(([group, names]) => {
      const product = sum(names, a, b);
      const lengths = Math.sqrt(sum(names, a, a) * sum(names, b, b));
      // A gradient of nothing but zeros has no direction.
      return [group, { product, cosine: lengths > 0 ? product / lengths : 0 }];
    }),
  );
}

function rowsOf(
  domain: string,
  products: Products[],
): { metric: string; domain: string; value: number; error?: number }[] {
  return Object.keys(products[0]!).flatMap((group) =>
    (["cosine", "product"] as const).map((what) => {
      const values = products.map((each) => each[group]![what]);
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
      const row = { metric: `gradient-${what}${group}`, domain, value: mean };
      return values.length === 1 ? row : { ...row, error: Math.sqrt(square / (values.length - 1) / values.length) };
    }),
  );
}
