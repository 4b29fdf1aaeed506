/** `palimpsest generate`: text from a model. */
import type { Command } from "commander";
import type { Beside } from "../model/index.js";
import type { LanguageModel } from "../types.js";
import { modelAt } from "./model-at.js";
import { numberFrom, wholeNumber } from "./numbers.js";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

interface GenerateVerbOptions {
  tokens: string;
  temperature: string;
  topK: string;
  seed: string;
  bare?: boolean;
  modules?: string;
  domain?: string;
  json?: boolean;
}

export function addGenerate(program: Command): void {
  const verb = program
    .command("generate")
    .summary("text from a model")
    .description(
      "Continues each prompt, token by token, until the tokens are used up or the document ends. The same seed gives the same text on the same machine.",
    )
    .argument("<model>", "the model's folder, or a GGUF file")
    .argument("<prompts...>", "texts to go on from")
    .option("--tokens <n>", "tokens to add, at most", "40")
    .option("--temperature <x>", "0 takes the most probable token, larger is more varied", "0.8")
    .option("--top-k <n>", "draw from so many of the most probable tokens", "40")
    .option("--seed <n>", "of the draws", "0")
    .option("--bare", "nothing before the prompt; else the end of a document stands there, as in training")
    .option("--modules <dir>", "modules that a run trained beside its model: the folder of that name in it")
    .option("--domain <name>", "with --modules: whose they are, where each domain has its own")
    .option("--json", "print one JSON object instead of text")
    .action(work<GenerateVerbOptions>(generateVerb));
  example(verb, 'palimpsest generate out/my-run/model "Once upon a time" --tokens 60 --temperature 0');
}

async function generateVerb(
  [path, ...prompts]: string[],
  { tokens, temperature, topK, seed, bare, modules, domain, json }: GenerateVerbOptions,
  { signal }: Work,
): Promise<Outcome> {
  const settings = {
    tokens: wholeNumber("--tokens", tokens, 0),
    temperature: numberFrom("--temperature", temperature, 0),
    topK: wholeNumber("--top-k", topK, 1),
  };
  if (domain !== undefined && modules === undefined) throw new BadArguments("--domain is of --modules");
  const seeded = wholeNumber("--seed", seed, 0);
  const { generate } = await import("../model/index.js");
  const { choose } = await import("../engine/index.js");
  const { rng } = await import("../rng.js");
  const model = await modelAt(path!);
  const beside = modules === undefined ? undefined : await besideAt(model, modules, domain);
  const engine = await choose();
  const texts: string[] = [];
  for (const [i, prompt] of prompts.entries()) {
    const onText = json ? undefined : (text: string): void => void process.stdout.write(text);
    const text = await generate({
      model,
      engine,
      prompt,
      ...settings,
      beside,
      ...(bare && { before: [] }),
      rng: rng(seeded).fork(String(i)),
      signal,
      ...(onText && { onText }),
    });
    if (!json) process.stdout.write("\n");
    texts.push(text);
    if (signal.aborted) break;
  }
  return { json: { seed: seeded, ...settings, texts: texts.map((text, i) => ({ prompt: prompts[i], text })) } };
}

async function besideAt(model: LanguageModel, dir: string, domain: string | undefined): Promise<Beside> {
  const { besideOf, openModules } = await import("../train/index.js");
  return besideOf(model, { parameters: openModules(dir), domain });
}
