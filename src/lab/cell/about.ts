/**
 * What the library's own things say about themselves in a few words: a run, a model, a tokenizer, a sweep, a law's fit.
 * They are known by their fields, since a notebook's copy of the library need not be the one that asks. Shows nothing.
 */
import type { Corpus, StepCounts } from "../../corpus/index.js";
import type { Engine } from "../../engine/index.js";
import type { Bootstrap, Fit } from "../../laws/index.js";
import type { RunData } from "../../runs/index.js";
import type { SweepResult } from "../../sweep/index.js";
import type { Evaluation, LanguageModel, StepRow, Tokenizer } from "../../types.js";

export interface About {
  /** The thing in one line. */
  line: string;
  /** Its numbers, one row each. */
  rows?: object[];
  /** Sentences that belong to them. */
  notes?: readonly string[];
}

interface Kind<T> {
  /** Fields that no other thing has together. */
  fields: readonly string[];
  about(thing: T): About;
}

type Run = Omit<RunData, "measurements" | "dir"> & { dir?: string };

const kinds: readonly Kind<never>[] = [
  { fields: ["record", "steps", "evaluations"], about: aboutRun },
  { fields: ["config", "weights", "tokenizer"], about: aboutModel },
  { fields: ["json", "size", "encode", "decode", "endOfText"], about: aboutTokenizer },
  { fields: ["rows", "runs", "stopped", "dir"], about: aboutSweep },
  { fields: ["law", "parameters", "objective", "errors", "condition"], about: aboutFit },
  { fields: ["samples", "intervals", "undetermined", "level"], about: aboutBootstrap },
  { fields: ["texts", "source", "licence", "languages"], about: aboutCorpus },
  { fields: ["mode", "device", "reason", "upload", "compile"], about: aboutEngine },
];

/** Lists that are things of their own. */
const lists: readonly Kind<never>[] = [
  {
    fields: ["record", "steps", "evaluations"],
    about: (runs: Run[]) => ({ line: counted(runs.length, "run"), rows: runs.map(rowOf) }),
  },
  { fields: ["step", "seen", "changed", "dropped", "reasons", "examples"], about: aboutSteps },
];

/** Undefined where it is nothing of ours. */
export function aboutOf(thing: object): About | undefined {
  if (Array.isArray(thing))
    return (lists as readonly Kind<object>[])
      .find(({ fields }) => thing.length > 0 && thing.every((each) => has(each, fields)))
      ?.about(thing);
  return (kinds as readonly Kind<object>[]).find(({ fields }) => has(thing, fields))?.about(thing);
}

const has = (thing: unknown, fields: readonly string[]): boolean =>
  typeof thing === "object" && thing !== null && fields.every((field) => field in thing);

const number = (value: number): string => value.toLocaleString("en-US");
const counted = (count: number, what: string): string => `${number(count)} ${what}${count === 1 ? "" : "s"}`;
const listed = (parts: readonly (string | false | undefined)[]): string => parts.filter(Boolean).join(", ");

/** Of each domain, its first and its last. */
function ends(evaluations: readonly Evaluation[]): { domain: string; first: Evaluation; last: Evaluation }[] {
  return [...new Set(evaluations.map(({ domain }) => domain))].map((domain) => {
    const own = evaluations.filter((each) => each.domain === domain);
    return { domain, first: own[0]!, last: own.at(-1)! };
  });
}

function aboutRun({ record, steps, evaluations, dir }: Run): About {
  const last: StepRow | undefined = steps.at(-1);
  return {
    line: listed([
      `Run "${record.name}": ${record.status}`,
      last && counted(last.step, "update"),
      last && `${number(last.tokens)} tokens`,
      counted(record.parameters.total, "parameter"),
      `seed ${record.seed}`,
      dir !== undefined && `in ${dir}`,
    ]),
    rows: ends(evaluations).map(({ domain, first, last }) => ({
      domain,
      update: last.step,
      "loss (nats per token)": last.loss,
      "bits per byte": last.bitsPerByte,
      "bits per byte at the start": first.bitsPerByte,
    })),
    ...(record.error !== undefined && { notes: [record.error] }),
  };
}

function rowOf({ record, steps, evaluations }: Run): object {
  const { name, status, labels } = record;
  const losses = ends(evaluations).map(({ domain, last }) => [`${domain} (bits per byte)`, last.bitsPerByte] as const);
  return { name, status, ...labels, updates: steps.at(-1)?.step, ...Object.fromEntries(losses) };
}

function aboutModel({ config, weights, tokenizer }: LanguageModel): About {
  const total = Object.values(weights).reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  const { architecture = "llama", layers, width, heads, kvHeads, context, vocabSize, tied } = config;
  return {
    line: listed([
      `Model: ${architecture}, ${counted(total, "parameter")}`,
      `${counted(layers, "layer")} of width ${number(width)}`,
      `${counted(heads, "head")}${kvHeads === heads ? "" : ` (${number(kvHeads)} of keys and values)`}`,
      `a window of ${number(context)} tokens`,
      `${number(tokenizer.size)} tokens in ${number(vocabSize)} ${tied ? "tied " : ""}rows`,
    ]),
  };
}

function aboutTokenizer(tokenizer: Tokenizer): About {
  const { json, size, endOfText } = tokenizer;
  const { model } = json as { model?: { type?: string } };
  const end = tokenizer.tokenOf(endOfText);
  return {
    line: listed([
      `Tokenizer: ${model?.type ?? "of an unnamed kind"}`,
      `${number(size)} tokens`,
      end !== undefined && `a document ends with ${end}`,
    ]),
  };
}

function aboutSweep({ rows, runs, stopped, dir, notes }: SweepResult): About {
  const line = `Sweep: ${runs.length} of ${counted(rows.length, "run")} finished${stopped ? ", the rest is not" : ""}, in ${dir}`;
  const told = rows.map((row, job) => ({
    job,
    name: row?.name,
    status: row?.status ?? "not begun",
    error: row?.error,
  }));
  return { line, rows: told, notes };
}

function aboutFit({ law, parameters, errors, atBound, condition, data, notes }: Fit): About {
  return {
    line: listed([
      `Fit of ${law.name} to ${counted(data.y.length, "row")}`,
      errors.r2 !== null && `R² ${errors.r2.toPrecision(4)}`,
      `mean error ${errors.mae.toPrecision(3)}`,
      `worst ${errors.worst.toPrecision(3)}`,
      `condition ${condition.toPrecision(2)}`,
    ]),
    rows: Object.entries(parameters).map(([constant, value]) => ({
      constant,
      value,
      unit: law.parameters.find(({ name }) => name === constant)?.unit,
      ...(atBound.length > 0 && { "at its bound": atBound.includes(constant) ? "yes" : "" }),
    })),
    notes,
  };
}

function aboutBootstrap({ kind, level, samples, intervals, undetermined, notes }: Bootstrap): About {
  return {
    line: `Intervals of ${Number((100 * level).toFixed(1))} %: ${counted(samples.length, "refit")}, ${kind} redrawn`,
    rows: Object.entries(intervals).map(([constant, [low, high]]) => ({
      constant,
      low,
      high,
      determined: undetermined.includes(constant) ? "no" : "yes",
    })),
    notes,
  };
}

function aboutCorpus({ name, source, licence, texts, notes }: Corpus): About {
  return {
    line: `Corpus ${name}: ${source} (${licence})`,
    rows: Object.entries(texts).map(([language, { train, heldOut }]) => ({
      language,
      "documents to train on": train.length,
      "held out": heldOut.length,
    })),
    notes,
  };
}

/** What a text went through, of `Corpus.cleaning` and `corpus.pipeline`. */
function aboutSteps(steps: StepCounts[]): About {
  const [first, last] = [steps[0]!, steps.at(-1)!];
  const passed = last.seen - last.dropped;
  const share = first.seen > 0 && ` (${((100 * passed) / first.seen).toFixed(1)} %)`;
  return {
    line: `${counted(steps.length, "step")}: ${number(passed)} of ${counted(first.seen, "document")} passed${share || ""}`,
    rows: steps.map(({ step, seen, changed, dropped, bytes, reasons }) => ({
      ...{ step, seen, changed, dropped, "bytes taken away": bytes },
      why: listed(
        Object.entries(reasons)
          .sort((a, b) => b[1] - a[1])
          .map(([why, count]) => `${why} ${number(count)}`),
      ),
    })),
    notes: steps.flatMap(({ step, examples }) =>
      examples.map(
        ({ key, why, before, after }) =>
          `${step}, ${key}, ${why}: ${JSON.stringify(before)}${after === undefined ? "" : ` became ${JSON.stringify(after)}`}`,
      ),
    ),
  };
}

function aboutEngine({ mode, device, threads, reason }: Engine): About {
  return { line: `Engine: ${mode} on ${device}, ${counted(threads, "thread")} (${reason})` };
}
