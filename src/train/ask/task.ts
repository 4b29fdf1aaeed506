/**
 * A task from a file: JSON Lines and a few fields in the shape of lm-evaluation-harness's YAML
 * (https://github.com/EleutherAI/lm-evaluation-harness/blob/main/docs/new_task_guide.md), of which `task-schema.ts` says what is read.
 * Read: task, include, dataset_path: json, dataset_kwargs.data_files, the four splits, output_type, doc_to_text, doc_to_target,
 * doc_to_choice, description, both delimiters, num_fewshot with fewshot_config: {sampler: first_n}, metric_list; metadata and tag are passed over.
 * Paths are relative to the file. Prompts are those of that harness; shots are the first ones of their split, never drawn.
 */
import { dirname, resolve } from "node:path";
import { foreignJson, isRecord, printable, show } from "../../foreign.js";
import { readText } from "../../json-file.js";
import { type TaskFields, taskFields } from "./task-schema.js";
import { type Fields, template } from "./template.js";
import type { ChoiceTask, ClozeTask, RollingTask, Task } from "./types.js";

export interface ReadTaskOptions {
  /** Shots; defaults to the file's `num_fewshot`, else 0. */
  shots?: number | undefined;
  /** At most so many items, the first; defaults to all. */
  limit?: number | undefined;
}

/** What one document makes. */
interface Asked {
  context: string;
  /** As text. */
  target: string;
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
  const before = shotsOf({ fields, count, path, split, refuse, asked: targetOf });
  const items = chosen.map((each) => {
    const asked = targetOf(each);
    return { ...asked, context: before(each) + asked.context };
  });
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
      const own = written(wanted);
      if (typeof own !== "string") throw refuse(`doc_to_target: ${show(wanted)} (a text)`);
      return { context, target: own, gold: 0 };
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
    return { context, choices: choices as string[], gold, target: choices[gold] as string };
  };
}

/** A whole number is its digits. */
const written = (value: unknown): unknown => (Number.isInteger(value) ? String(value) : value);

interface ShotsOptions {
  fields: TaskFields;
  count: number;
  path: string;
  split: string;
  refuse: (what: string) => Error;
  asked: (document: Fields) => Asked;
}

/** What stands before a document: the description, and the first shots that are not the document itself. */
function shotsOf({ fields, count, path, split, refuse, asked }: ShotsOptions): (document: Fields) => string {
  const { description, target_delimiter, fewshot_delimiter, fewshot_split, training_split, validation_split } = fields;
  const described = description === "" ? (): string => "" : descriptionOf(description, refuse);
  if (count === 0) return described;
  if (!fields.fewshot_config)
    throw refuse(`num_fewshot: ${count} (fewshot_config: {sampler: first_n} is needed; shots are not drawn here)`);
  const from = fewshot_split ?? training_split ?? validation_split ?? split;
  const pool = documentsOf(fields, from, path);
  const written = pool.map((each) => JSON.stringify(each));
  const turns = pool.map((each) => {
    const { context, target } = asked(each);
    return context + target_delimiter + target + fewshot_delimiter;
  });
  return (document) => {
    const own = from === split ? JSON.stringify(document) : undefined;
    const shots = turns.filter((_, i) => written[i] !== own).slice(0, count);
    if (shots.length < count) throw refuse(`num_fewshot: ${count} (split ${show(from)} has ${shots.length})`);
    return described(document) + shots.join("");
  };
}

function descriptionOf(description: string, refuse: (what: string) => Error): (document: Fields) => string {
  const filled = template(description);
  return (document) => {
    const value = filled(document);
    if (typeof value !== "string") throw refuse(`description: ${show(value)} (a text)`);
    return value;
  };
}
