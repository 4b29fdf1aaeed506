/** Documents of a corpus that generators make: named, so that they are split as those of files are, or all of them to train on. */
import * as z from "zod";
import { makeOf, schemaOf, type WrittenIn } from "../../registry.js";
import { checkName } from "../../names.js";
import { rng } from "../../rng.js";
import { generators } from "./registry.js";
import type { Generator, Truth } from "./types.js";
import type { Document } from "../types.js";

/** One domain. */
export interface GeneratedText {
  /** A row of `generators` as its name beside its options, e.g. `{ name: "dyck", brackets: 2 }`; or a generator of your own. */
  generator: WrittenIn<typeof generators> | Generator;
  /** Defaults to 1. A probe with this seed asks about what is told here. */
  seed?: number;
  /** Whether what is held out is trained on too, so that every fact is told; defaults to false. */
  trainOnAll?: boolean;
}

/** As recipes write domains, by name. */
export const generatedSchema = z.record(
  z.string().min(1),
  z.strictObject({
    generator: schemaOf(generators),
    seed: z.int().optional(),
    trainOnAll: z.boolean().optional(),
  }),
);

export interface GeneratedDocuments {
  documents: Record<string, Document[]>;
  /** Held-out documents of domains that are trained on whole. */
  heldOut: Record<string, Document[]>;
  truth: Record<string, Truth>;
  /** Which generators, with their seeds. */
  sources: string[];
  /** Whether all have names of their own for their documents: equal names say the same. */
  aligned: boolean;
}

export interface GeneratedDocumentsOptions {
  texts: Readonly<Record<string, GeneratedText>>;
  /** Share of documents. */
  heldOut: number;
}

export function generatedDocuments({ texts, heldOut }: GeneratedDocumentsOptions): GeneratedDocuments {
  const made: GeneratedDocuments = { documents: {}, heldOut: {}, truth: {}, sources: [], aligned: true };
  for (const [domain, { generator, seed = 1, trainOnAll = false }] of Object.entries(texts)) {
    checkName(domain, "load");
    if (!Number.isSafeInteger(seed)) throw new Error(`load: invalid seed of ${domain}: ${seed}; it is a whole number`);
    const from = "generate" in generator ? (generator as Generator) : makeOf(generators, generator);
    const { documents, keys, truth } = from.generate({ rng: rng(seed) });
    if (documents.length === 0)
      throw new Error(`load: invalid generator of ${domain}: ${from.name} makes no documents`);
    const named = documents.map((text, i): Document => ({ key: keys?.[i] ?? `${domain}#${i}`, text }));
    made.documents[domain] = named;
    const every = Math.max(1, Math.round(1 / heldOut));
    if (trainOnAll) made.heldOut[domain] = named.filter((_, i) => i % every === 0);
    if (truth) made.truth[domain] = truth;
    made.sources.push(`${from.name} with seed ${seed}`);
    made.aligned &&= keys !== undefined;
  }
  return made;
}
