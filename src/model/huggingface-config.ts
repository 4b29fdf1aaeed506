/**
 * Hugging Face's config.json, both ways, by the kind of model that its `model_type` names. What cannot be computed here is
 * refused, not ignored; fields that nothing is computed from are left to whoever keeps the file.
 */
import { isDeepStrictEqual } from "node:util";
import { architectureOf, architectures, checkConfig, fieldsOf, nameOf } from "../architecture/index.js";
import { show } from "../foreign.js";
import type { ModelConfig } from "../types.js";

type Json = Record<string, unknown>;

/** The object of a model that was made here. */
export function toHuggingFace(config: ModelConfig, endOfText: number): Json {
  const architecture = architectureOf(config);
  return {
    architectures: [architecture.class],
    model_type: nameOf(config),
    ...architecture.write(config),
    bos_token_id: endOfText,
    eos_token_id: endOfText,
    torch_dtype: "float32",
  };
}

/** All fields of rotary positions in the older spelling, which holds everywhere. */
const ropeFields = /^(rope_|rotary_|partial_rotary_factor$)/;

/**
 * The fields of a config.json that say another shape of model than `config`, as they would say `config`. Those of rotary
 * positions depend on each other: where one changes all are written, and `rope_parameters` is gone.
 */
export function changedFields(json: Json, config: ModelConfig): Json {
  const { write } = architectureOf(config);
  const was = write(fromHuggingFace(json));
  const all = Object.entries(write(config));
  const fields = all.filter(([name, value]) => !isDeepStrictEqual(value, was[name]));
  const turns = fields.some(([name]) => ropeFields.test(name)) ? all.filter(([name]) => ropeFields.test(name)) : [];
  const gone = turns.length > 0 && "rope_parameters" in json ? { rope_parameters: undefined } : {};
  return { ...Object.fromEntries([...fields, ...turns]), ...gone };
}

/** Whether the object names a kind of model that is computed here. */
export const isKnown = ({ model_type: type }: Json): boolean =>
  typeof type === "string" && Object.hasOwn(architectures, type);

/** config.json's object as a shape of model; what it claims is compared with the weights by whoever has them. */
export function fromHuggingFace(json: Json): ModelConfig {
  const { model_type: type, text_config: text } = json;
  if (typeof text === "object" && text !== null)
    throw new Error(
      `config.json: invalid model_type: ${show(type)} (its text_config is one part of several; save the language model alone)`,
    );
  if (!(typeof type === "string" && Object.hasOwn(architectures, type)))
    throw new Error(
      `config.json: invalid model_type: ${show(type)} (${Object.keys(architectures).join(", ")} are read${/^u?m?t5$/.test(String(type)) ? "; T5 has an encoder and a decoder, and is left out" : ""})`,
    );
  const read = architectures[type as keyof typeof architectures].read(fieldsOf(json));
  const config = type === nameOf(read) ? read : { architecture: type, ...read };
  return checkConfig(config);
}
