/**
 * How text is cut into words before it is merged, by the name that a GGUF file gives in tokenizer.ggml.pre. The patterns are
 * those of the models' own tokenizer.json; the names are llama.cpp's (src/llama-vocab.cpp). A name is here only where both are
 * known: a wrong cut gives other tokens than the model was trained on, and no error.
 */
import type { StageJson } from "../../vocab/format.js";

export interface PreTokeniser {
  summary: string;
  names: readonly string[];
  stages: StageJson[];
  normalizer?: StageJson;
  /** Whether a word that is a token is taken whole, whatever the merges say. */
  ignoreMerges?: boolean;
  /** Whether a text begins with a token of its own where the file does not say. */
  begins?: boolean;
}

const bytes = (pattern: boolean): StageJson => ({
  type: "ByteLevel",
  add_prefix_space: false,
  trim_offsets: true,
  use_regex: pattern,
});
const split = (pattern: string): StageJson[] => [
  { type: "Split", pattern: { Regex: pattern }, behavior: "Isolated", invert: false },
  bytes(false),
];

const suffixes = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
const cl100k = (digits: string): string =>
  `${suffixes}|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
/** Words begin at a capital letter. */
const cased = (suffix: string, digits: string): string => {
  const [upper, lower] = ["[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]", "[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]"];
  const word = (first: string, then: string): string =>
    `[^\\r\\n\\p{L}\\p{N}]?${upper}${first}${lower}${then}${suffix}`;
  return `${word("*", "+")}|${word("+", "*")}|${digits}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+`;
};

export const preTokenisers: readonly PreTokeniser[] = [
  {
    summary: "GPT-2",
    names: ["gpt-2", "phi-2", "mpt", "olmo", "jais", "trillion", "granite-docling", "exaone4", "gigachat", "mellum"],
    stages: [bytes(true)],
  },
  {
    summary: "GPT-2 with every digit a word: SmolLM, StarCoder, Command R",
    names: ["smollm", "starcoder", "refact", "command-r", "codeshell", "exaone", "minerva-7b"],
    stages: [{ type: "Digits", individual_digits: true }, bytes(true)],
  },
  {
    summary: "Llama 3: digits by three",
    names: ["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"],
    stages: split(cl100k("\\p{N}{1,3}")),
    ignoreMerges: true,
    begins: true,
  },
  {
    summary: "cl100k as OLMo 2 and DBRX have it",
    names: ["dbrx", "smaug-bpe"],
    stages: split(cl100k("\\p{N}{1,3}")),
  },
  {
    summary: "Qwen 2 and 3: every digit a word, composed characters",
    names: ["qwen2", "deepseek-r1-qwen"],
    stages: split(cl100k("\\p{N}")),
    normalizer: { type: "NFC" },
  },
  {
    summary: "GPT-4o: words begin at capitals, digits by three",
    names: ["gpt-4o", "llama4", "kanana2"],
    stages: split(cased(`${suffixes}?`, "\\p{N}{1,3}")),
  },
  {
    summary: "Mistral's Tekken: words begin at capitals, every digit a word",
    names: ["tekken"],
    stages: split(cased("", "\\p{N}")),
    ignoreMerges: true,
    begins: true,
  },
];
