/**
 * What the notebooks that train begin with: two languages, their text, a report, and the tour's base model, which is in the
 * cache once any of them has run. A study is these and nothing else; what is asked of them is the notebook's.
 */
import { any, type Corpus, type CorpusName, load } from "../../corpus/index.js";
import { choose, type Engine } from "../../engine/index.js";
import { fixed } from "../../mixture/index.js";
import type { Size } from "../../model/index.js";
import {
  type Base,
  cosine,
  evaluationPoints,
  job,
  type JobOptions,
  pretrain,
  type PretrainOptions,
  type Recipe,
} from "../../train/index.js";
import type { LanguageModel, Text, Tokenizer } from "../../types.js";
import { train as trainTokenizer } from "../../vocab/index.js";
import { progress } from "./cell-progress.js";
import { interruptible } from "./interruptible.js";
import type { ProgressReporter } from "./progress.js";
import { report as openReport, type Report } from "./report.js";

export interface StudySettings {
  /** The language that is known, and the one that is learned, as the corpus names them, e.g. "en" and "ko". */
  old: string;
  language: string;
  /** A row of the corpora; "" takes the first that can be had here. */
  corpus: string;
  /** Of the base: its size, tokens of its tokenizer, updates and seed. */
  size: string;
  vocabSize: number;
  baseSteps: number;
  seed: number;
  /** UTF-8 bytes of held-out documents that are scored per language. */
  heldOutBytes: number;
  /** The report's folder. */
  out: string;
}

export interface StudyOptions {
  settings: StudySettings;
  title: string;
  lead: string;
}

/** What `job` is asked for: options of `train.job`, with what the study knows left out. */
export type StudyJobOptions = Partial<JobOptions> &
  Pick<JobOptions, "schedule" | "steps"> & {
    /** What training starts from. */
    model: LanguageModel;
    /** Token share of the old language; the new one has the rest. */
    share: number;
  };

export interface Study {
  report: Report;
  bar: ProgressReporter;
  engine: Engine;
  corpus: Corpus;
  /** Of the two languages, by their codes. */
  texts: Record<string, Text>;
  /** Their names in English. */
  names: { old: string; new: string };
  /** A tokenizer of the old language alone. */
  tokenizer(): Promise<Tokenizer>;
  /** The tour's base, kept in the cache; options that are given make it another. */
  base(options?: Partial<PretrainOptions>): Promise<Base>;
  /** One run of continual pre-training on the two languages, for `lab.sweep`: named and labelled by its share. */
  job(options: StudyJobOptions): Promise<Recipe>;
}

/** A language's name in English by its tag, "Korean" of "ko"; an unknown tag stays as it is. */
export function languageName(tag: string): string {
  return new Intl.DisplayNames("en", { type: "language" }).of(tag) ?? tag;
}

export async function study({ settings, title, lead }: StudyOptions): Promise<Study> {
  const { old, language, size, vocabSize, baseSteps: steps, seed, heldOutBytes, out } = settings;
  const bar = progress();
  const report = openReport({ dir: out, title, lead });
  const engine = await choose();
  const asked = { languages: [old, language], seed: 1, onProgress: bar.report };
  const corpus = settings.corpus ? await load({ name: settings.corpus as CorpusName, ...asked }) : await any(asked);
  bar.done();
  const { source, licence, notes } = corpus;
  report.note({ settings, corpus: { source, licence, notes } });
  const { mode, device, threads, reason } = engine;
  console.log(`engine: ${mode} on ${device}, ${threads} threads (${reason})`);
  console.log([`${source} (${licence})`, ...notes].join("\n"));
  const train = corpus.texts[old]!.train;
  const tokenizer = (): Promise<Tokenizer> => trainTokenizer({ texts: train, size: vocabSize, onProgress: bar.report });
  return {
    report,
    bar,
    engine,
    corpus,
    texts: corpus.texts,
    names: { old: languageName(old), new: languageName(language) },
    tokenizer,
    async base(options = {}) {
      const common = { size: size as Size, on: corpus.texts[old]!, steps, heldOutBytes, seed, engine };
      const defaults: PretrainOptions = {
        ...common,
        tokenizer: options.tokenizer ?? (await tokenizer()),
        schedule: cosine({ peak: 3e-3, warmup: 0.02 }),
        evaluateAt: evaluationPoints({ steps, even: 5 }),
      };
      const made = await interruptible((signal) =>
        pretrain({ ...defaults, signal, onProgress: bar.report, ...options }),
      );
      bar.done();
      return made;
    },
    job: ({ model, share, ...options }) =>
      job(model, {
        name: `${old} ${(100 * share).toFixed(1)} %`,
        on: corpus.texts,
        mixture: fixed({ [old]: share, [language]: 1 - share }),
        evaluateAt: evaluationPoints({ steps: options.steps, even: 4 }),
        heldOutBytes,
        seed,
        labels: { share },
        engine: { threads: 1 },
        ...options,
      }),
  };
}
