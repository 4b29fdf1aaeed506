/**
 * The tokenizer.json and tokenizer_config.json that a GGUF file's tokenizer is in Hugging Face's format: byte-level BPE, or
 * SentencePiece's BPE, whose merges follow from the scores of its pieces. Not Unigram or WordPiece, which it reads from tokenizer.json alone.
 */
import { foreignJson, isRecord, show } from "../../foreign.js";
import type { AddedTokenJson, StageJson } from "../../vocab/format.js";
import type { Fail } from "../safetensors-header.js";
import { byteLevel, merges, preTokeniser } from "./byte-level.js";
import type { Layout, Value } from "./layout.js";
import { scoredMerges, sentencePiece } from "./pieces.js";
import { list } from "./token-lists.js";

export interface TokenizerFiles {
  json: Record<string, unknown>;
  config: Record<string, unknown>;
  chatTemplate?: string | undefined;
}

/** Kinds of token, as the format numbers them. */
const kinds = { unknown: 2, control: 3, user: 4, unused: 5 };
/** Characters of a token; the longest known have some hundred. */
const longest = 4096;

export function tokenizerOf(layout: Layout, fail: Fail): TokenizerFiles {
  const { values } = layout;
  const tokens = list(values, "tokens", "string", fail);
  const own = values.get("tokenizer.huggingface.json");
  const nameOf = (role: string): string | undefined => {
    const id = values.get(`tokenizer.ggml.${role}_token_id`);
    if (id === undefined) return undefined;
    return (
      (typeof id === "number" ? tokens[id] : undefined) ?? fail(`its ${role} token is ${show(id)}, which it has not`)
    );
  };
  const special = { bos: nameOf("bos"), eos: nameOf("eos"), pad: nameOf("padding"), unk: nameOf("unknown") };
  const chat = values.get("tokenizer.chat_template");
  return {
    json: own === undefined ? made(layout, tokens, special, fail) : written(own, fail),
    config: {
      tokenizer_class: "PreTrainedTokenizerFast",
      ...Object.fromEntries(
        Object.entries(special).flatMap(([role, token]) => (token ? [[`${role}_token`, token]] : [])),
      ),
      clean_up_tokenization_spaces: false,
    },
    chatTemplate: typeof chat === "string" ? chat : undefined,
  };
}

function written(text: Value, fail: Fail): Record<string, unknown> {
  let json: unknown;
  try {
    json = foreignJson(String(text));
  } catch (error) {
    fail(`its tokenizer.huggingface.json is damaged: ${(error as Error).message}`);
  }
  return isRecord(json) ? json : fail("its tokenizer.huggingface.json is not an object");
}

type Special = Record<"bos" | "eos" | "pad" | "unk", string | undefined>;

function made({ values }: Layout, stored: string[], special: Special, fail: Fail): Record<string, unknown> {
  const types = values.has("tokenizer.ggml.token_type") ? list(values, "token_type", "number", fail) : [];
  const model = values.get("tokenizer.ggml.model");
  const isGemma = String(values.get("general.architecture")).startsWith("gemma");
  if (model !== "gpt2" && model !== "llama")
    return fail(`its tokenizer is ${show(model)}; gpt2 (byte-level BPE) and llama (SentencePiece's BPE) are read`);
  // Gemma's runs of spaces are written as spaces here, and as ▁ in its tokenizer.json.
  const tokens = isGemma ? stored.map((token) => (/^ {2,}$/.test(token) ? "▁".repeat(token.length) : token)) : stored;
  const ids = new Map<string, number>();
  const added: AddedTokenJson[] = [];
  const specials = new Set(Object.values(special));
  tokens.forEach((content, id) => {
    const type = types[id];
    if (content.length > longest) fail(`token ${id} has ${content.length} characters; at most ${longest} are read`);
    // Rows beyond the vocabulary, which the converter had to call something.
    if (type === kinds.unused && /^\[PAD\d+\]$/.test(content)) return;
    if (ids.has(content)) fail(`its token ${show(content)} is there twice`);
    ids.set(content, id);
    const isSpecial = type === kinds.control || type === kinds.unknown || specials.has(content);
    if (content !== "" && (isSpecial || (type === kinds.user && content === stored[id])))
      added.push({
        id,
        content,
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: isSpecial,
      });
  });
  const pre = model === "gpt2" ? preTokeniser(values, fail) : undefined;
  const begin = values.get("tokenizer.ggml.add_bos_token") ?? (pre ? pre.begins === true : true);
  const unknown = special.unk ?? tokens[types.indexOf(kinds.unknown)] ?? null;
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: added,
    ...(pre ? byteLevel(pre) : sentencePiece(values, isGemma)),
    post_processor: begin === true && special.bos !== undefined ? beginning(special.bos, ids.get(special.bos)!) : null,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: pre ? null : unknown,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: !pre,
      byte_fallback: !pre,
      ignore_merges: pre?.ignoreMerges === true,
      vocab: Object.fromEntries(ids),
      merges: pre ? merges(values, fail) : scoredMerges(values, ids, isGemma, fail),
    },
  };
}

const beginning = (token: string, id: number): StageJson => ({
  type: "TemplateProcessing",
  single: [{ SpecialToken: { id: token, type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
  pair: [
    { SpecialToken: { id: token, type_id: 0 } },
    { Sequence: { id: "A", type_id: 0 } },
    { SpecialToken: { id: token, type_id: 1 } },
    { Sequence: { id: "B", type_id: 1 } },
  ],
  special_tokens: { [token]: { id: token, ids: [id], tokens: [token] } },
});
