/** Ways of writing token ids that other trainers read, by name. Adding one: a file with the function, a row here, a test. */
import { datatrove } from "./datatrove.js";
import { litdata } from "./litdata.js";
import { mds } from "./mds.js";
import { megatron } from "./megatron.js";
import { olmo } from "./olmo.js";
import { parquet } from "./parquet.js";
import type { TokenFormat } from "./types.js";

export const tokenFiles = {
  megatron: {
    summary: "NAME.bin and NAME.idx of Megatron-LM, NeMo and GPT-NeoX",
    reference: "https://github.com/NVIDIA/Megatron-LM/blob/main/megatron/core/datasets/indexed_dataset.py",
    write: megatron,
  },
  datatrove: {
    summary: "NAME.ds, its index and metadata, of datatrove and nanotron",
    reference: "https://github.com/huggingface/datatrove/blob/main/src/datatrove/pipeline/tokens/tokenizer.py",
    write: datatrove,
  },
  olmo: {
    summary: "NAME.npy without a header, and where rows stand in NAME.csv.gz, of OLMo-core",
    reference: "https://github.com/allenai/OLMo-core/blob/main/src/olmo_core/data/utils.py",
    write: olmo,
  },
  mds: {
    summary: "shards and index.json of MosaicML's streaming",
    reference: "https://github.com/mosaicml/streaming/tree/main/streaming/base/format/mds",
    write: mds,
  },
  litdata: {
    summary: "chunks and index.json of litdata's TokensLoader",
    reference: "https://github.com/Lightning-AI/litData/blob/main/src/litdata/streaming/writer.py",
    write: litdata,
  },
  parquet: {
    summary: "NAME.parquet with text, id, source, lang, tokens and input_ids, for Hugging Face datasets and nanochat",
    reference: "https://huggingface.co/docs/datasets/loading#parquet",
    write: parquet,
  },
} satisfies Record<string, TokenFormat>;

export type TokenFormatName = keyof typeof tokenFiles;
