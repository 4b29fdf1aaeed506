/** The shape of a task's YAML, as far as it is read; what is not, is refused in one line that names it. */
import { dirname, resolve } from "node:path";
import { parseDocument } from "yaml";
import * as z from "zod";
import { isRecord, printable } from "../../foreign.js";
import { readText } from "../../json-file.js";
import { choiceMetrics } from "../../measure/index.js";

/** By type of output: its metrics, each with the name of what lm-evaluation-harness makes of items. */
export const metricsOf = {
  multiple_choice: {
    ...(Object.fromEntries(Object.keys(choiceMetrics).map((name) => [name, "mean"])) as Record<string, string>),
    brier_score: "brier_score",
  },
  loglikelihood: { acc: "mean", perplexity: "perplexity" },
  loglikelihood_rolling: {
    bits_per_byte: "bits_per_byte",
    byte_perplexity: "weighted_perplexity",
    word_perplexity: "weighted_perplexity",
  },
  generate_until: { exact_match: "mean" },
} as const satisfies Record<string, Record<string, string>>;

const text = z.string().min(1);
const filter = z.discriminatedUnion("function", [
  z.strictObject({ function: z.enum(["remove_whitespace", "lowercase", "uppercase", "take_first"]) }),
  z.strictObject({
    function: z.literal("regex"),
    regex_pattern: text.refine(isPattern, "no regular expression that JavaScript reads as Python does"),
    group_select: z.int().optional(),
    fallback: z.string().optional(),
  }),
]);
const schema = z.strictObject({
  task: text,
  tag: z.unknown().optional(),
  metadata: z.unknown().optional(),
  dataset_path: z.literal("json"),
  dataset_kwargs: z.strictObject({ data_files: z.union([text, z.record(text, text)]) }),
  training_split: text.nullish(),
  validation_split: text.nullish(),
  test_split: text.nullish(),
  fewshot_split: text.nullish(),
  output_type: z.enum(["multiple_choice", "loglikelihood", "loglikelihood_rolling", "generate_until"]),
  doc_to_text: z.string().default(""),
  doc_to_target: z.union([text, z.int().min(0)]),
  doc_to_choice: z.union([text, z.array(text).min(2)]).nullish(),
  description: z.string().default(""),
  target_delimiter: z.string().default(" "),
  fewshot_delimiter: z.string().default("\n\n"),
  num_fewshot: z.int().min(0).nullish(),
  fewshot_config: z.strictObject({ sampler: z.enum(["first_n", "default"]).default("default") }).nullish(),
  // Greedy alone: nothing is drawn.
  generation_kwargs: z
    .strictObject({
      until: z.union([z.string(), z.array(z.string())]).optional(),
      max_gen_toks: z.int().min(1).optional(),
      do_sample: z.literal(false).optional(),
      temperature: z.literal(0).optional(),
    })
    .nullish(),
  filter_list: z
    .array(z.strictObject({ name: text, filter: z.array(filter).min(1) }))
    .min(1)
    .nullish(),
  metric_list: z
    .array(
      z.strictObject({
        metric: text,
        aggregation: text.optional(),
        higher_is_better: z.boolean().optional(),
        ignore_case: z.boolean().optional(),
        ignore_punctuation: z.boolean().optional(),
        ignore_numbers: z.boolean().optional(),
      }),
    )
    .min(1)
    .nullish(),
});
export type TaskFields = z.infer<typeof schema>;

/** What both languages have and read alike; words are not the same letters in them. */
function isPattern(source: string): boolean {
  if (/\(\?(?![:=!]|<[=!])|\\[^\W\ddDsStnr]/.test(source.replace(/\\\\/g, ""))) return false;
  try {
    return Boolean(new RegExp(source, "g"));
  } catch {
    return false;
  }
}

/** Of a file and of those that it includes, whose keys it replaces. */
export function taskFields(path: string): TaskFields {
  const refuse = (what: string): Error => new Error(`task: invalid task: ${path} (${printable(what)})`);
  const read = schema.safeParse(withIncluded(path, []));
  if (!read.success) {
    const issue = read.error.issues.find(({ code }) => code === "unrecognized_keys") ?? read.error.issues[0]!;
    const keys = issue.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
    const at = [...issue.path, ...keys].map(String).join(".");
    throw refuse(keys.length > 0 ? `${at} is not read here` : `${at}: ${issue.message}`);
  }
  const fields = read.data;
  const known: Record<string, string> = metricsOf[fields.output_type];
  const writes = fields.output_type === "generate_until";
  const odd = (["generation_kwargs", "filter_list"] as const).find((key) => fields[key] != null);
  if (odd && !writes) throw refuse(`${odd}: it is of generate_until alone`);
  if (writes && fields.doc_to_choice != null) throw refuse("doc_to_choice: it is not read here with generate_until");
  for (const { metric, aggregation, ...ignore } of fields.metric_list ?? []) {
    const ignored = Object.keys(ignore).find((key) => key.startsWith("ignore_"));
    if (ignored && !writes) throw refuse(`${ignored}: it is of exact_match alone`);
    if (!Object.hasOwn(known, metric))
      throw refuse(`metric ${metric} is not read here; of ${fields.output_type} ${Object.keys(known).join(", ")}`);
    if (aggregation !== undefined && aggregation !== known[metric])
      throw refuse(`aggregation ${aggregation} is not read here; of ${metric} it is ${known[metric]}`);
  }
  return fields;
}

function withIncluded(path: string, above: readonly string[]): Record<string, unknown> {
  const refuse = (what: string): Error => new Error(`task: invalid task: ${path} (${printable(what)})`);
  if (above.includes(path)) throw refuse("it includes itself");
  // What is no plain YAML, such as !function, is a warning to the parser.
  const document = parseDocument(readText(path, "task", 1 << 14));
  const wrong = document.errors[0] ?? document.warnings[0];
  if (wrong?.message.startsWith("Maximum call stack")) throw refuse("lists and objects too deep in others");
  if (wrong) throw refuse(wrong.message.split("\n")[0]!.replace(/:$/, ""));
  const found = ((): unknown => {
    try {
      return document.toJS();
    } catch (error) {
      throw refuse((error as Error).message);
    }
  })();
  if (!isRecord(found)) throw refuse("an object is needed");
  const { include = [], ...own } = found;
  const paths = [include].flat();
  if (!paths.every((each) => typeof each === "string")) throw refuse("include: a path is needed");
  const included = paths.map((each) => withIncluded(resolve(dirname(path), each), [...above, path]));
  return Object.assign({}, ...included, own) as Record<string, unknown>;
}
