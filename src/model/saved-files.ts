/**
 * What a model's folder holds besides its weights, as `save` writes it. A model that was read from a folder gets that
 * folder's files back, byte for byte where nothing in them changed: shapes in config.json follow the model, ids of tokens
 * follow the tokenizer, names of tokens that it no longer has are dropped.
 */
import { isDeepStrictEqual } from "node:util";
import type { Dtype, LanguageModel, ModelConfig, Origin, TensorFiles, Tokenizer } from "../types.js";
import { stringify } from "../vocab/index.js";
import { jsonText } from "./json-text.js";
import { changedFields, fromHuggingFace, isKnown, toHuggingFace } from "./huggingface-config.js";
import { retold } from "./special-ids.js";
import { asStored, indexFile, indexOf, storedEntries } from "./weight-files.js";

type Json = Record<string, unknown>;
export interface SavedFiles {
  files: Record<string, string | Uint8Array>;
  /** Files of the folder that was read which are not written, and why. */
  leftOut: Record<string, string>;
}

/** The vocabulary in the forms of other libraries, which a changed tokenizer.json makes untrue. */
const secondTruths =
  /^(tokenizer\.model|spiece\.model|sentencepiece\.bpe\.model|vocab\.json|vocab\.txt|merges\.txt|tekken\.json)$/;

export function savedFiles(model: LanguageModel, tensors: TensorFiles): SavedFiles {
  const { config, tokenizer, origin } = model;
  if (!origin)
    return {
      files: {
        "tokenizer.json": stringify(tokenizer),
        "tokenizer_config.json": jsonText(tokenizerConfig(model)),
        "config.json": jsonText(toHuggingFace(config, tokenizer.endOfText)),
      },
      leftOut: {},
    };
  return retoldFiles({
    origin,
    tokenizer,
    config: (json) => ({ ...json, ...changedFields(json, config), ...dtypeField(json, origin, tensors) }),
    index: (json) => indexOf(storedEntries(asStored(model), tensors), json),
  });
}

export interface Retelling {
  /** The folder as it was. */
  origin: Pick<Origin, "files" | "leftOut" | "tokenizer">;
  tokenizer: Tokenizer;
  /** What config.json says now, apart from ids of tokens. */
  config: (json: Json) => Json;
  /** What the index of the weights says now. */
  index: (json: Json) => Json;
}

/** The files of a folder for a model of the same kind: another vocabulary, or other numbers. */
export function retoldFiles({ origin, tokenizer, config, index }: Retelling): SavedFiles {
  const files: SavedFiles["files"] = { ...origin.files };
  const leftOut = { ...origin.leftOut };
  /** Rewrites a file that is an object of JSON, where that changes what it says. */
  const edit = (name: string, change: (json: Json) => Json): void => {
    const was = jsonOf(origin.files[name]);
    const now = was && change(was);
    if (was && !isDeepStrictEqual(now, was)) files[name] = jsonText(now!);
  };
  edit(indexFile, index);
  edit("config.json", config);
  if (isDeepStrictEqual(tokenizer.json, origin.tokenizer.json) && tokenizer.endOfText === origin.tokenizer.endOfText)
    return { files, leftOut };
  files["tokenizer.json"] = stringify(tokenizer);
  for (const name of Object.keys(files))
    if (secondTruths.test(name)) {
      delete files[name];
      leftOut[name] = "of the old vocabulary";
    }
  const { ids, names, added } = retold(origin.tokenizer, tokenizer);
  edit("config.json", (json) => sameShape(config(json), ids(config(json))));
  edit("generation_config.json", ids);
  edit("tokenizer_config.json", names);
  edit("special_tokens_map.json", names);
  edit("added_tokens.json", added);
  return { files, leftOut };
}

/**
 * `after`, unless it would be read as another shape of model: RoBERTa counts positions from the id of its padding token, so
 * that token cannot move. Kinds that are not computed here are taken as they are.
 */
function sameShape(before: Json, after: Json): Json {
  if (!isKnown(before)) return after;
  const [was, now] = [fromHuggingFace(before), fromHuggingFace(after)];
  const names = Object.keys({ ...was, ...now }) as (keyof ModelConfig)[];
  const changed = names.filter((name) => !isDeepStrictEqual(was[name], now[name]));
  if (changed.length === 0) return after;
  throw new Error(
    `save: invalid tokenizer: ${changed.join(" and ")} would change, for config.json says it by the id of a token that has moved (keep the special tokens at their ids)`,
  );
}

/** What `AutoTokenizer` wants to know besides tokenizer.json. */
function tokenizerConfig({ config, tokenizer }: { config: LanguageModel["config"]; tokenizer: Tokenizer }): Json {
  const end = tokenizer.tokenOf(tokenizer.endOfText);
  return {
    tokenizer_class: "PreTrainedTokenizerFast",
    bos_token: end,
    eos_token: end,
    model_max_length: config.context,
    clean_up_tokenization_spaces: false,
  };
}

export const torchNames: Record<Dtype, string> = { F32: "float32", F16: "float16", BF16: "bfloat16" };

/** The type that config.json promises, where the tensors are no longer of the types that they were read in. */
function dtypeField(json: Json, { tensors: was }: Origin, tensors: TensorFiles): Json {
  if (tensors === was) return {};
  const [dtype, ...others] = new Set(Object.values(tensors).flatMap(({ dtypes }) => Object.values(dtypes)));
  return { ["torch_dtype" in json ? "torch_dtype" : "dtype"]: torchNames[others.length > 0 ? "F32" : dtype!] };
}

/** Nothing for what is no object of JSON: such a file is kept as it is. */
function jsonOf(bytes: Uint8Array | undefined): Json | undefined {
  try {
    const json: unknown = bytes && JSON.parse(Buffer.from(bytes).toString("utf8"));
    return typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Json) : undefined;
  } catch {
    return undefined;
  }
}
