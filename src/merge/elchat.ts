/**
 * ElChat (Yamaguchi et al. 2024, https://arxiv.org/abs/2412.11704): a chat model learned a language from plain text and
 * forgot some of how to chat; its old self is merged back in. The first two and last two layers, which were trained, are
 * taken between the two models; the layers in the middle and the last norm are the chat model's; the tables are the
 * adapted model's, but for the rows of special tokens, which carry the format of a conversation.
 *
 * Everything of a merged layer is merged, LayerNorm's biases too. The adapted model is the base of the merge, and its chat
 * template stays.
 */
import { made } from "../registry.js";
import { checkRows, type Rows, rowsOf } from "./chat-rows.js";
import { linear } from "./linear.js";
import { slerp } from "./slerp.js";
import type { Combine, MergeMethod } from "./types.js";
import { named, share } from "./weights.js";

export interface ElChatOptions {
  /** How layers are merged. Defaults to "slerp". */
  method?: "linear" | "slerp";
  /** Pairs of a layer (negative numbers count from the last) and the chat model's weight in it. Defaults to the paper's, [[0, 0.3], [1, 0.5], [-2, 0.5], [-1, 0.3]]. */
  layers?: readonly (readonly [number, number])[];
  /** Whose rows of the tables are the chat model's again: "special" tokens (the default), all "added" tokens, all tokens that are "old", or "none". */
  restore?: Rows;
}

const paper = [
  [0, 0.3],
  [1, 0.5],
  [-2, 0.5],
  [-1, 0.3],
] as const;

const between = {
  linear: (t: number) => linear({ weights: [1 - t, t] }),
  slerp: (t: number) => slerp({ t, vectors: "alike" }),
};

export function elchat({ method = "slerp", layers = paper, restore = "special" }: ElChatOptions = {}): MergeMethod {
  if (!Object.hasOwn(between, method))
    throw new Error(`elchat: invalid method: ${JSON.stringify(method)} (one of ${Object.keys(between).join(", ")})`);
  checkRows("elchat", "restore", restore);
  for (const [, t] of layers) share("elchat", "t", t);
  return made({
    ...named("elchat", { method, layers, restore }),
    models: { least: 1, most: 1 },
    fromBase: true,
    roles: ["adapted model", "chat model"],
    ids: (shared, [chat], tokenizer) => rowsOf(restore, shared, chat!, tokenizer),
    begin: (tensor, all) => {
      const { isTable, layer, layers: count } = tensor;
      const t = isTable ? undefined : weightsOf(layers, count).get(layer ?? NaN);
      return t === undefined ? chats : between[method](t).begin(tensor, all);
    },
  });
}

const chats: Combine = ([, chat], out) => out.set(chat!);

/** The chat model's weight by layer, counted from 0. */
function weightsOf(layers: NonNullable<ElChatOptions["layers"]>, count: number): Map<number, number> {
  const weights = new Map<number, number>();
  for (const [layer, t] of layers) {
    const at = layer < 0 ? layer + count : layer;
    if (!(Number.isInteger(at) && at >= 0 && at < count && !weights.has(at)))
      throw new Error(`elchat: invalid layers: ${layer} (of ${count} layers, each at most once)`);
    weights.set(at, t);
  }
  return weights;
}
