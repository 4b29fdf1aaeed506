/**
 * `palimpsest checkpoint`: models as Hugging Face folders. `extend` widens one for a wider tokenizer, `trim` narrows one, `adapt`
 * puts an adapter into one, `merge` makes one of several, `inspect` says what is in one. None holds a model in memory.
 */
import type { Command } from "commander";
import { adaptVerb, type AdaptOptions } from "./checkpoint-adapt.js";
import { extendVerb, type ExtendOptions } from "./checkpoint-extend.js";
import { inspectVerb, type InspectOptions } from "./checkpoint-inspect.js";
import { trimVerb, type TrimOptions } from "./checkpoint-trim.js";
import { evidenceOptions } from "./evidence.js";
import { addMerge } from "./merge.js";
import { trimming } from "./trimming.js";
import { example, work } from "./work.js";

const endOfText = "the token that ends a document, for files that do not say";

export function addCheckpoint(program: Command): void {
  const checkpoint = program
    .command("checkpoint")
    .summary("widen, trim, adapt or merge models, or look into one")
    .description(
      "Models as Hugging Face folders: config.json, safetensors in one file or several, tokenizer.json. A GGUF file is read too, as the folder that it was made of. Weights are copied from file to file, never held together, so a model may be larger than memory. What is written keeps the types and files of the weights, chat template, generation settings and every other file of the folder it came from.",
    );
  example(checkpoint, "palimpsest checkpoint inspect out/model");

  const extend = checkpoint
    .command("extend")
    .description(
      "Gives a model rows for the new tokens of a wider tokenizer; old rows keep every bit, other files every byte. Not kept, and named: weights in other forms, and the old vocabulary in other forms (tokenizer.model, vocab.json).",
    )
    .argument("<model>", "the model's folder, or a GGUF file")
    .requiredOption("--tokenizer <file>", "the wider tokenizer.json, or the folder it is in")
    .option("--init <name>", "how new rows are made; a name that is none lists them", "subword-mean")
    .option("--seed <n>", "for initialisers that draw", "0")
    .option("--pad-to <n>", "the number of rows becomes a multiple of this", "1")
    .option("--match <statistic>", "scales new input rows to the mean or median length of old ones")
    .option("--end-of-text <token>", endOfText)
    .requiredOption("--out <dir>", "the folder to write")
    .option("--json", "print one JSON object instead of text");
  example(
    evidenceOptions(extend).action(work<ExtendOptions>(extendVerb)),
    "palimpsest checkpoint extend out/model --tokenizer ko.json --init focus --texts ko.jsonl --out out/wide",
  );

  const trim = checkpoint
    .command("trim")
    .description(
      "Takes tokens and their rows out of a model: those that a trimmed tokenizer lacks, or those that the texts need least. Rows of tokens that stay keep every bit; ids close up.",
    )
    .argument("<model>", "the model's folder, or a GGUF file")
    .argument("[files...]", "texts that tell which tokens are needed; every order by frequency needs some")
    .option("--tokenizer <file>", "a tokenizer.json trimmed before, instead of texts")
    .option("--pad-to <n>", "the number of rows becomes a multiple of this", "1")
    .option("--end-of-text <token>", endOfText)
    .option("--field <name>", "field or column with the text, of .jsonl, .json and .parquet files", "text")
    .requiredOption("--out <dir>", "the folder to write")
    .option("--json", "print one JSON object instead of text");
  example(
    trimming(trim).action(work<TrimOptions>(trimVerb)),
    "palimpsest checkpoint trim out/model ko.jsonl --size 32000 --out out/small",
  );

  const adapt = checkpoint
    .command("adapt")
    .description(
      "Merges a PEFT adapter into a model's weights: LoRA, rsLoRA or DoRA, rows of tokens and whole tables with it. Types and other files are the model's.",
    )
    .argument("<model>", "the folder of the model that the adapter was trained on, or a GGUF file")
    .requiredOption("--adapter <dir>", "the folder with adapter_config.json and adapter_model.safetensors")
    .option("--end-of-text <token>", endOfText)
    .requiredOption("--out <dir>", "the folder to write")
    .option("--json", "print one JSON object instead of text")
    .action(work<AdaptOptions>(adaptVerb));
  example(adapt, "palimpsest checkpoint adapt out/model --adapter out/lora --out out/ko");

  addMerge(checkpoint);

  const inspect = checkpoint
    .command("inspect")
    .description("What a model's folder holds: shape, parameters, tokens and rows, and how long the rows are.")
    .argument("<model>", "the model's folder, or a GGUF file")
    .option("--base <dir>", "the model that it was widened from: tells its new rows from old ones")
    .option("--end-of-text <token>", endOfText)
    .option("--json", "print one JSON object instead of text")
    .action(work<InspectOptions>(inspectVerb));
  example(inspect, "palimpsest checkpoint inspect out/wide --base out/model");
}
