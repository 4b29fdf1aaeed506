/**
 * Whether domains pull the same way: dot products of the gradients of their losses, each on a probe batch of its own text
 * (Fan et al. 2023, DoGE, arXiv 2310.15393). Probes come from streams of their own, whose place follows from the step alone, so
 * the run's order is not touched and there is nothing to save. Each measurement costs a forward and a backward pass per
 * domain (about an update each) and a copy of all gradients on the host. Rows that are not trained have no part in it.
 */
import type { Program } from "../../engine/index.js";
import { dot, gradientStep } from "../gradient-step.js";
import { probes } from "../probes.js";
import { domainFeeds } from "../step/domains.js";
import type { Signal, SignalOptions } from "./types.js";

export function alignment(options: SignalOptions): Signal {
  const { mixture, engine, leaves, shards, batch: size, context, seed, every } = options;
  const domains = mixture.domains.filter((domain) => shards[domain]?.train);
  const probe = probes({ shards, context, seed, of: "probe" });
  const { fn, signature } = gradientStep(options);
  let program: Program | undefined;

  return {
    async before({ state, step }) {
      program ??= await engine.compile(fn, signature);
      const gradients: Record<string, Float32Array>[] = [];
      for (const domain of domains) {
        const own = domainFeeds(leaves, Array<string>(size).fill(domain));
        gradients.push(await program.run(state, { tokens: probe(domain, (step / every) * size, size), ...own }));
      }
      return { alignment: productsOf(domains, gradients) };
    },
    async dispose() {
      await program?.dispose();
    },
  };
}

/** `[one][other]`, summed in double precision. */
export function productsOf(
  domains: readonly string[],
  gradients: readonly Record<string, Float32Array>[],
): Record<string, Record<string, number>> {
  const product = (a: Record<string, Float32Array>, b: Record<string, Float32Array>): number =>
    Object.entries(a).reduce((sum, [name, values]) => dot(values, b[name]!, sum), 0);
  return Object.fromEntries(
    domains.map((one, i) => [
      one,
      Object.fromEntries(domains.map((other, k) => [other, product(gradients[i]!, gradients[k]!)])),
    ]),
  );
}
