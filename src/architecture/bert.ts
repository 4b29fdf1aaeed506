/** BERT and RoBERTa: encoders with the head that predicts masked tokens, whose table is the embedding with a bias beside it. */
import type { ModelConfig } from "../types.js";
import { builder } from "./slots.js";
import type { Architecture, Places } from "./types.js";

const activations = { gelu: "gelu", gelu_new: "gelu-tanh", gelu_pytorch_tanh: "gelu-tanh", relu: "relu" } as const;

/** What the two name differently. */
interface Names {
  /** Of everything but the head. */
  base: string;
  head: { dense: string; norm: string; bias: string; table: string };
}

/** Positions begin in the row after the pad token's where `afterPad` is given: the id of that token, if config.json has none. */
function encoder(row: {
  summary: string;
  reference: string;
  class: string;
  names: Names;
  afterPad?: number;
}): Architecture {
  const { names, afterPad, ...said } = row;
  return {
    ...said,
    // Poolers and the next-sentence head are of other tasks; the decoder's bias is a copy of the head's.
    unread: /(^|\.)(pooler\.dense\.(weight|bias)|cls\.seq_relationship\.(weight|bias)|embeddings\.position_ids)$/,
    read({ number, flag, choice, expect }) {
      expect("position_embedding_type", "absolute");
      expect("is_decoder", false);
      expect("add_cross_attention", false);
      const activation = choice("hidden_act", activations, "gelu");
      const heads = number("num_attention_heads", 12);
      const offset = afterPad === undefined ? 0 : number("pad_token_id", afterPad) + 1;
      return {
        vocabSize: number("vocab_size"),
        width: number("hidden_size", 768),
        layers: number("num_hidden_layers", 12),
        heads,
        kvHeads: heads,
        ffn: number("intermediate_size", 3072),
        context: number("max_position_embeddings", 512) - offset,
        norm: "layer",
        normAt: "sum",
        positions: "learned",
        ...(offset > 0 && { positionOffset: offset }),
        activation,
        tied: flag("tie_word_embeddings", true),
        ropeTheta: 10000,
        normEps: number("layer_norm_eps", 1e-12),
        encoder: {
          types: number("type_vocab_size", 2),
          headActivation: afterPad === undefined ? activation : "gelu",
        },
      };
    },
    write(config) {
      const offset = config.positionOffset ?? (afterPad === undefined ? 0 : afterPad + 1);
      return {
        vocab_size: config.vocabSize,
        hidden_size: config.width,
        num_hidden_layers: config.layers,
        num_attention_heads: config.heads,
        intermediate_size: config.ffn,
        max_position_embeddings: config.context + offset,
        ...(offset > 0 && { pad_token_id: offset - 1 }),
        type_vocab_size: config.encoder?.types,
        layer_norm_eps: config.normEps,
        hidden_act: { "gelu-tanh": "gelu_new", gelu: "gelu", relu: "relu" }[config.activation as string],
        tie_word_embeddings: config.tied,
      };
    },
    places: (config) => encoderPlaces(config, names),
  };
}

function encoderPlaces(config: ModelConfig, { base, head }: Names): Places {
  const { vocabSize, width, layers, ffn, context, positionOffset = 0, tied, encoder } = config;
  const { places, table, norm, linear } = builder();
  const bias = { bias: true };
  const embeddings = `${base}.embeddings`;
  table("embedding", `${embeddings}.word_embeddings`, vocabSize, width);
  table("positions", `${embeddings}.position_embeddings`, context + positionOffset, width);
  table("types", `${embeddings}.token_type_embeddings`, encoder?.types ?? 2, width);
  norm("embeddingNorm", `${embeddings}.LayerNorm`, width, bias);
  for (let i = 0; i < layers; i++) {
    const [slot, at] = [`layers.${i}`, `${base}.encoder.layer.${i}`];
    linear(`${slot}.q`, `${at}.attention.self.query`, [width, width], bias);
    linear(`${slot}.k`, `${at}.attention.self.key`, [width, width], bias);
    linear(`${slot}.v`, `${at}.attention.self.value`, [width, width], bias);
    linear(`${slot}.o`, `${at}.attention.output.dense`, [width, width], bias);
    norm(`${slot}.attentionNorm`, `${at}.attention.output.LayerNorm`, width, bias);
    linear(`${slot}.up`, `${at}.intermediate.dense`, [ffn, width], bias);
    linear(`${slot}.down`, `${at}.output.dense`, [width, ffn], bias);
    norm(`${slot}.feedNorm`, `${at}.output.LayerNorm`, width, bias);
  }
  linear("headDense", head.dense, [width, width], bias);
  norm("headNorm", head.norm, width, bias);
  table("head", tied ? `${embeddings}.word_embeddings` : head.table, vocabSize, width);
  places["head.bias"] = { name: head.bias, shape: [vocabSize] };
  return places;
}

export const bert = encoder({
  summary: "BERT, an encoder that predicts masked tokens",
  reference: "Devlin et al. 2019, https://arxiv.org/abs/1810.04805",
  class: "BertForMaskedLM",
  names: {
    base: "bert",
    head: {
      dense: "cls.predictions.transform.dense",
      norm: "cls.predictions.transform.LayerNorm",
      bias: "cls.predictions.bias",
      table: "cls.predictions.decoder",
    },
  },
});

const robertaNames: Names = {
  base: "roberta",
  head: { dense: "lm_head.dense", norm: "lm_head.layer_norm", bias: "lm_head.bias", table: "lm_head.decoder" },
};

export const roberta = encoder({
  summary: "RoBERTa: BERT's shape, positions counted from the row after the pad token's",
  reference: "Liu et al. 2019, https://arxiv.org/abs/1907.11692",
  class: "RobertaForMaskedLM",
  names: robertaNames,
  afterPad: 1,
});

export const xlmRoberta = encoder({
  summary: "XLM-RoBERTa: RoBERTa in a hundred languages",
  reference: "Conneau et al. 2020, https://arxiv.org/abs/1911.02116",
  class: "XLMRobertaForMaskedLM",
  names: robertaNames,
  afterPad: 1,
});
