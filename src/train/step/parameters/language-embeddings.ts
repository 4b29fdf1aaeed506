/**
 * Language and script embeddings before the head (LangSAMP, Liu et al. 2024, https://arxiv.org/abs/2409.18199): what the head reads
 * of a sequence is h + E[language] + E[script], so that the body need not carry which language it is and becomes more neutral.
 * A domain is a language. The model is used without them: what is saved is the body.
 *
 * With a linear head, as decoders have, the sum is a bias of the logits by language and script; only a head with a layer
 * of its own (encoders) makes more of it. Embeddings begin at zero, so that the first update starts from the model itself.
 */
import * as z from "zod";
import * as tf from "../../../tensors.js";
import { made } from "../../../registry.js";
import type { Weights } from "../../../types.js";
import { beside, type BesideOptions, besideOptions, besideSaid, chosen, DOMAIN, toldRows } from "./beside.js";
import type { Parameters } from "../types.js";

export interface LanguageEmbeddingsOptions extends BesideOptions {
  /** The domains that have an embedding, a language each. */
  domains: string[];
  /** The script of each that has one, e.g. `{ ko: "Hang", en: "Latn", fi: "Latn" }`; defaults to none. */
  scripts?: Record<string, string>;
}

export const languageEmbeddingsOptions = z.strictObject({
  ...besideOptions,
  domains: besideOptions.domains.nonoptional(),
  scripts: z.record(z.string().min(1), z.string().min(1)).optional(),
});

const language = (name: string): string => `languages.${name}`;
const script = (name: string): string => `scripts.${name}`;

/** `body` defaults to "all"; embeddings of scripts are trained always, those of languages where they are `learning`. */
export function languageEmbeddings({ scripts, body = "all", ...others }: LanguageEmbeddingsOptions): Parameters {
  const caller = "languageEmbeddings";
  const options = { body, ...others };
  const { domains } = options;
  const stranger = Object.keys(scripts ?? {}).find((domain) => !domains.includes(domain));
  if (stranger !== undefined)
    throw new Error(`${caller}: invalid scripts: ${stranger} (the domains are ${domains.join(", ")})`);
  return made({
    name: "language-embeddings",
    options: { ...besideSaid(caller, options), ...(scripts && { scripts }) },
    told(run) {
      const newRows = toldRows(options, run.newRows);
      return newRows && languageEmbeddings({ ...options, ...(scripts && { scripts }), newRows });
    },
    of({ config }) {
      const names = [
        ...domains.map(language),
        ...new Set(domains.flatMap((domain) => (scripts?.[domain] === undefined ? [] : [script(scripts[domain])]))),
      ];
      const added: Weights = Object.fromEntries(
        names.map((name) => [name, { shape: [config.width], data: new Float32Array(config.width) }]),
      );
      const module = {
        reads: [DOMAIN, ...names],
        of({
          tensors: [domain, ...tensors],
          y,
          batch,
        }: {
          tensors: tf.Tensor[];
          y: tf.Tensor;
          batch: number;
        }): tf.Tensor {
          const each = domains.map((name) => {
            const own = [language(name), ...(scripts?.[name] === undefined ? [] : [script(scripts[name])])];
            return own.map((embedding) => tensors[names.indexOf(embedding)]!).reduce((a, b) => tf.add(a, b));
          });
          const sums = tf.reshape(chosen(domain!, each, batch), [batch, 1, -1]);
          return tf.reshape(tf.add(tf.reshape(y, [batch, -1, config.width]), sums), y.shape);
        },
      };
      const role = "embedding";
      const domainOf = (name: string): string | undefined => domains.find((domain) => language(domain) === name);
      return beside({ ...options, config, caller, added, domainOf, role, modules: { states: module } });
    },
  });
}
