/**
 * A task from a file: JSON Lines and a few fields in the shape of lm-evaluation-harness's YAML
 * (https://github.com/EleutherAI/lm-evaluation-harness/blob/main/docs/new_task_guide.md), of which `task-schema.ts` says what is read.
 * Read: task, include, dataset_path: json, dataset_kwargs.data_files, the four splits, output_type, doc_to_text, doc_to_target,
 * doc_to_choice, description, both delimiters, num_fewshot with fewshot_config: {sampler}, generation_kwargs (until, max_gen_toks; greedy),
 * filter_list (regex, remove_whitespace, lowercase, uppercase, take_first), metric_list; metadata and tag are passed over.
 * Paths are relative to the file. Prompts are those of that harness (`shots.ts`).
 */
import { dirname, resolve } from "node:path";
import { foreignJson, isRecord, printable, show } from "../../foreign.js";
import { readText } from "../../json-file.js";
import { type TaskFields, taskFields } from "./task-schema.js";
import { type Fields, template } from "./template.js";
import { shotsOf } from "./shots.js";
import type { ChoiceTask, ClozeTask, GenerationTask, RollingTask, Task } from "./types.js";

export interface ReadTaskOptions {
  /** Shots; defaults to the file's `num_fewshot`, else 0. */
  shots?: number | undefined;
  /** At most so many items, the first; defaults to all. */
  limit?: number | undefined;
}

/** What one document makes. */
interface Asked {
  context: string;
  /** As text, the first of several. */
  target: string;
  targets: string[];
  choices?: string[];
  gold: number;
}

export function readTask(path: string, { shots, limit = Infinity }: ReadTaskOptions = {}): Task {
  const fields = taskFields(path);
  const refuse = (what: string): Error => new Error(`task: invalid task: ${path} (${printable(what)})`);
  const split = fields.test_split ?? fields.validation_split;
  if (split == null) throw refuse("test_split or validation_split: neither is given");
  const documents = documentsOf(fields, split, path);
  const { task: name, output_type: type, target_delimiter: delimiter } = fields;
  const count = shots ?? fields.num_fewshot ?? 0;
  const listed = fields.metric_list?.map(({ metric }) => metric);
  const chosen = documents.slice(0, limit);
  const targetOf = asker(fields, refuse);
  if (type === "loglikelihood_rolling") {
    if (count > 0) throw refuse(`num_fewshot: ${count} (texts are scored alone)`);
    const metrics = (listed ?? ["bits_per_byte", "byte_perplexity", "word_perplexity"]) as RollingTask["metrics"];
    return { name, type, items: chosen.map((each) => ({ text: targetOf(each).target })), metrics };
  }
  const read = (from: string): Fields[] => documentsOf(fields, from, path);
  const before = shotsOf({ fields, count, split, documentsOf: read, refuse, asked: targetOf });
  const items = chosen.map((each) => {
    const asked = targetOf(each);
    return { ...asked, context: before(each) + asked.context };
  });
  if (type === "generate_until") return generationOf(fields, items);
  if (type === "loglikelihood")
    return {
      name,
      type,
      items: items.map(({ context, target: continuation }) => ({ context, continuation })),
      metrics: (listed ?? ["acc", "perplexity"]) as ClozeTask["metrics"],
    };
  return {
    name,
    type,
    delimiter,
    items: items.map(({ context, choices, gold }) => ({ context, choices: choices!, gold })),
    metrics: (listed ?? ["acc", "acc_norm", "bits_per_byte"]) as ChoiceTask["metrics"],
  };
}

function generationOf(fields: TaskFields, items: readonly Asked[]): GenerationTask {
  const { until = fields.fewshot_delimiter, max_gen_toks: most } = fields.generation_kwargs ?? {};
  const [ignored] = fields.metric_list ?? [];
  return {
    name: fields.task,
    type: "generate_until",
    items: items.map(({ context, target, targets }) => ({ context, target: targets.length > 1 ? targets : target })),
    until: [until].flat(),
    ...(most !== undefined && { most }),
    ignore: {
      case: ignored?.ignore_case,
      punctuation: ignored?.ignore_punctuation,
      numbers: ignored?.ignore_numbers,
    },
    filters: fields.filter_list?.map(({ name, filter: steps }) => ({ name, steps })) ?? [{ name: "", steps: [] }],
    metrics: ["exact_match"],
  };
}

function documentsOf({ dataset_kwargs: { data_files: files } }: TaskFields, split: string, path: string): Fields[] {
  // One path is the split "train".
  const known: Record<string, string> = typeof files === "string" ? { train: files } : files;
  if (!Object.hasOwn(known, split))
    throw new Error(
      `task: invalid task: ${path} (split ${show(split)}; data_files has ${printable(Object.keys(known).join(", "))})`,
    );
  const file = resolve(dirname(path), known[split]!);
  const lines = readText(file, "task").split(/\r?\n/);
  const documents = lines.flatMap((line, i): Fields[] => {
    if (line.trim() === "") return [];
    const value = ((): unknown => {
      try {
        return foreignJson(line);
      } catch (error) {
        throw new Error(`task: invalid JSON Lines: ${file}:${i + 1} (${(error as Error).message})`, { cause: error });
      }
    })();
    if (!isRecord(value)) throw new Error(`task: invalid JSON Lines: ${file}:${i + 1} (an object is needed)`);
    return [value];
  });
  if (documents.length === 0) throw new Error(`task: invalid JSON Lines: ${file} (it has no documents)`);
  return documents;
}

/** What a document is asked as. A field that is the name of a column is its value. */
function asker(fields: TaskFields, refuse: (what: string) => Error): (document: Fields) => Asked {
  const reader = (source: string): ((document: Fields) => unknown) => {
    const filled = source === "" ? () => "" : template(source);
    return (document) => (Object.hasOwn(document, source) ? document[source] : filled(document));
  };
  const { doc_to_text, doc_to_target, doc_to_choice, output_type: type } = fields;
  const isChoice = type === "multiple_choice";
  if (isChoice && doc_to_choice == null) throw refuse("doc_to_choice: it is missing");
  const text = reader(doc_to_text);
  const target = typeof doc_to_target === "number" ? () => doc_to_target : reader(doc_to_target);
  const choice = Array.isArray(doc_to_choice) ? () => doc_to_choice : reader(doc_to_choice ?? "");
  return (document) => {
    const [context, wanted] = [written(text(document)), target(document)];
    if (typeof context !== "string") throw refuse(`doc_to_text: ${show(context)} (a text)`);
    if (!isChoice) {
      const several = type === "generate_until" && Array.isArray(wanted) && wanted.length > 0;
      const targets = (several ? wanted : [wanted]).map(written);
      if (!targets.every((each) => typeof each === "string"))
        throw refuse(
          `doc_to_target: ${show(wanted)} (a text${type === "generate_until" ? ", or a list of them" : ""})`,
        );
      return { context, target: targets[0]!, targets, gold: 0 };
    }
    if (/^\d+$/.test(context)) throw refuse(`doc_to_text: ${context} (contexts to choose from are not read here)`);
    const choices = choice(document);
    if (!(Array.isArray(choices) && choices.length >= 2 && choices.every((each) => typeof each === "string" && each)))
      throw refuse(`doc_to_choice: ${show(choices)} (a list of two texts or more)`);
    const said = written(wanted);
    const gold = typeof said !== "string" ? -1 : /^\d+$/.test(said) ? Number(said) : choices.indexOf(said);
    if (!(Number.isInteger(gold) && gold >= 0 && gold < choices.length))
      throw refuse(
        `doc_to_target: ${show(wanted)} (one of ${choices.map((each) => show(each)).join(", ")}, or its number)`,
      );
    const right = choices[gold] as string;
    return { context, choices: choices as string[], gold, target: right, targets: [right] };
  };
}

/** A whole number is its digits. */
const written = (value: unknown): unknown => (Number.isInteger(value) ? String(value) : value);
