/** `palimpsest corpus generate`: text with known truth as files, documents and questions as JSONL, or a look at it. */
import type { Command } from "commander";
import type { Generated, Generator } from "../corpus/index.js";
import { wholeNumber } from "./numbers.js";
import { BadArguments, example, type Outcome, understand, work } from "./work.js";

interface GenerateOptions {
  set: string[];
  seed: string;
  out?: string;
  questions?: string;
}

/** Documents and questions of a look. */
const SHOWN = 3;

export function addGenerate(corpus: Command): void {
  const verb = corpus
    .command("generate")
    .summary("make text of which the truth is known")
    .description(
      "Makes documents and questions about them by rule. Without a name: the generators and their options; without --out: a look.",
    )
    .argument("[name]", "a generator")
    .option("--set <name=value>", "one of its options; a list with commas or as JSON; repeatable", collect, [])
    .option("--seed <n>", "the same seed makes the same text", "1")
    .option("--out <file>", 'documents: a row of JSON each, {"text": …}')
    .option("--questions <file>", 'questions: a row of JSON each, {"context", "choices", "gold"}')
    .option("--json", "print one JSON object instead of text")
    .action(
      work<GenerateOptions>(async ([name], { set, seed, out, questions }) => {
        if (name === undefined) return list();
        const generator = await generatorOf(name, set);
        const { rng } = await import("../rng.js");
        const made = generator.generate({ rng: rng(wholeNumber("--seed", seed, 0)) });
        const { documents, keys, truth } = made;
        if (out !== undefined)
          await rows(
            out,
            documents.map((text, i) => ({ ...(keys && { key: keys[i]! }), text })),
          );
        if (questions !== undefined) await rows(questions, made.questions);
        const bytes = documents.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
        const counts = {
          documents: documents.length,
          bytes,
          questions: made.questions.length,
          ...(truth && { truth }),
        };
        const json = { name, options: generator.options, seed: Number(seed), ...counts, out, questionsOut: questions };
        const look = out === undefined && questions === undefined ? shown(made) : [];
        return { json, text: [...look, ...summary(made, bytes, out, questions)].join("\n") };
      }),
    );
  example(verb, "palimpsest corpus generate dyck --set brackets=2 --set documents=5000 --seed 1 --out out/dyck.jsonl");
}

const collect = (value: string, before: string[]): string[] => [...before, value];

async function list(): Promise<Outcome> {
  const { generators } = await import("../corpus/index.js");
  const all = Object.entries(generators).map(([name, { summary, reference, options }]) => ({
    ...{ name, summary, reference, options: Object.keys(options.shape) },
  }));
  const text = all.map(({ name, summary, options }) => `${name}: ${summary}\n  ${options.join(" ")}`).join("\n");
  return { json: { generators: all }, text };
}

/** Made of `name=value`s, or exit code 2. */
async function generatorOf(name: string, set: string[]): Promise<Generator> {
  const { generators } = await import("../corpus/index.js");
  const { readSetting, splitSetting } = await import("../lab/notebook/setting-text.js");
  if (!Object.hasOwn(generators, name))
    throw new BadArguments(`no generator is named ${name}; one of ${Object.keys(generators).join(", ")}`);
  const { options, make } = generators[name as keyof typeof generators];
  const { ZodArray, ZodOptional } = await import("zod");
  const isList = (field: unknown): boolean => field instanceof ZodOptional && field.unwrap() instanceof ZodArray;
  const lists = new Set(Object.entries(options.shape).flatMap(([key, field]) => (isList(field) ? [key] : [])));
  const given = understand(() =>
    Object.fromEntries(
      set
        .map(splitSetting)
        .map(([key, text]) => [key, readSetting({ name: key, text, fallback: lists.has(key) ? [] : undefined })]),
    ),
  );
  const read = options.safeParse(given);
  if (!read.success) {
    const { path, message } = read.error.issues[0]!;
    const at = path.length > 0 ? `${path.join(".")}: ` : "";
    throw new BadArguments(`invalid --set: ${at}${message}; ${name} takes ${Object.keys(options.shape).join(", ")}`);
  }
  return understand(() => (make as (options: object) => Generator)(read.data));
}

async function rows(path: string, of: readonly object[]): Promise<void> {
  const { atomicFile } = await import("../files.js");
  const file = atomicFile(path);
  try {
    for (const row of of) file.write(`${JSON.stringify(row)}\n`);
    file.commit();
  } finally {
    file.discard();
  }
}

const shown = ({ documents, questions }: Generated): string[] => [
  ...documents.slice(0, SHOWN).map((text) => `${text}\n`),
  ...questions.slice(0, SHOWN).map(({ context, choices, gold }) => {
    const others = choices.filter((_, i) => i !== gold);
    return `${context} → ${choices[gold]!} (not ${others.join(", ")})\n`;
  }),
];

function summary({ documents, questions, truth = {} }: Generated, bytes: number, out = "", asked = ""): string[] {
  const { nats, bitsPerByte, bits } = truth;
  const into = (path: string): string => (path ? ` in ${path}` : "");
  return [
    `${documents.length} documents, ${(bytes / 1e6).toFixed(2)} MB${into(out)}; ${questions.length} questions${into(asked)}`,
    ...(nats === undefined ? [] : [`entropy: ${nats.toFixed(4)} nats a symbol (${(nats / Math.LN2).toFixed(4)} bits)`]),
    ...(bitsPerByte === undefined ? [] : [`floor: ${bitsPerByte.toFixed(4)} bits a byte`]),
    ...(bits === undefined ? [] : [`knowledge: ${bits.toFixed(1)} bits`]),
  ];
}
