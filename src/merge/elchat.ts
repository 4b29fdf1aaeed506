/**
 * ElChat (Yamaguchi et al. 2024, https://arxiv.org/abs/2412.11704): a chat model learned a language from plain text and
 * forgot some of how to chat; its old self is merged back in. The first two and last two layers, which were trained, are
 * taken between the two models; the layers in the middle and the last norm are the chat model's; the tables are the
 * adapted model's, but for the rows of special tokens, which carry the format of a conversation.
 *
 * Everything of a merged layer is merged, LayerNorm's biases too. The chat template is the adapted model's own.
 */
import { parametersOf } from "../architecture/index.js";
import type { LanguageModel, NdArray, Tokenizer, Weights } from "../types.js";
import { betweenOf } from "./interpolate.js";
import type { MethodName } from "./methods.js";
import { checkAlike, isTable, rowsOf, sharedIds, withRows } from "./tables.js";

export interface ElChatOptions {
  /** As it was before it was adapted. */
  chat: LanguageModel;
  /** The chat model after its vocabulary was extended and it was trained. */
  adapted: LanguageModel;
  /** Defaults to "slerp". */
  method?: MethodName;
  /** Pairs of a layer (negative numbers count from the last) and the chat model's weight in it. Defaults to the paper's, [[0, 0.3], [1, 0.5], [-2, 0.5], [-1, 0.3]]. */
  layers?: [number, number][];
  /** Whose rows of the tables are the chat model's again: "special" tokens (the default), all "added" tokens, all tokens that are "old", or "none". */
  restore?: "special" | "added" | "old" | "none";
}

export function elchat(options: ElChatOptions): LanguageModel {
  const { chat, adapted, method = "slerp", layers = paper, restore = "special" } = options;
  checkAlike("elchat", { chat, adapted });
  const share = weightsOf(layers, chat.config.layers);
  for (const t of share.values()) betweenOf("elchat", method, t);
  const ids = restored(restore, chat.tokenizer, adapted.tokenizer);
  const layerOf = new Map(parametersOf(adapted.config).map(({ name, layer }) => [name, layer]));
  const merged = (name: string): NdArray => {
    const [was, is] = [chat.weights[name]!, adapted.weights[name]!];
    if (isTable(adapted.config, name)) return withRows(is, ids, rowsOf(was, ids));
    const t = share.get(layerOf.get(name) ?? NaN);
    return t === undefined
      ? { shape: [...was.shape], data: was.data.slice() }
      : betweenOf("elchat", method, t)(is, was, t);
  };
  const weights: Weights = Object.fromEntries(Object.keys(adapted.weights).map((name) => [name, merged(name)]));
  return { config: { ...adapted.config }, weights, tokenizer: adapted.tokenizer, origin: adapted.origin };
}

const paper: [number, number][] = [
  [0, 0.3],
  [1, 0.5],
  [-2, 0.5],
  [-1, 0.3],
];

/** The chat model's weight by layer, counted from 0. */
function weightsOf(layers: [number, number][], count: number): Map<number, number> {
  const share = new Map<number, number>();
  for (const [layer, t] of layers) {
    const at = layer < 0 ? layer + count : layer;
    if (!(Number.isInteger(at) && at >= 0 && at < count && !share.has(at)))
      throw new Error(`elchat: invalid layers: ${layer} (of ${count} layers, each at most once)`);
    share.set(at, t);
  }
  return share;
}

function restored(which: NonNullable<ElChatOptions["restore"]>, chat: Tokenizer, adapted: Tokenizer): number[] {
  const shared = sharedIds(chat, adapted);
  if (which === "old") return shared;
  if (which === "none") return [];
  if (which !== "special" && which !== "added")
    throw new Error(`elchat: invalid restore: ${JSON.stringify(which)} (one of special, added, old, none)`);
  const { added_tokens: added = [] } = chat.json as {
    added_tokens?: { id: number; content: string; special: boolean }[];
  };
  const wanted = added.filter(({ special }) => which === "added" || special);
  const lost = wanted.find(({ id }) => !shared.includes(id));
  if (lost)
    throw new Error(
      `elchat: invalid adapted: ${JSON.stringify(lost.content)} is not at id ${lost.id} (extend the chat model's own tokenizer)`,
    );
  return wanted.map(({ id }) => id);
}
