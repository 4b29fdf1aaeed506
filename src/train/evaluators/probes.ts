/**
 * What a model is asked while it is trained: probes of `train.probes` and tasks of files, their items made once and the same at
 * every evaluation. When the run ends, one line says what they took.
 */
import { made, write } from "../../registry.js";
import { prefixOf } from "../ask/prefix.js";
import type { Probe } from "../ask/probes/types.js";
import { probing } from "../ask/probing.js";
import { readTask } from "../ask/task.js";
import type { Task } from "../ask/types.js";
import type { Evaluator } from "./types.js";

export interface ProbedOptions {
  /** Rows of `train.probes`, e.g. `train.induction()`. */
  of?: readonly Probe[];
  /** Paths of tasks' files, or tasks. */
  tasks?: readonly (Task | string)[];
  /** Only after steps that this divides, and at the end; defaults to every evaluation. */
  every?: number;
  /** Whose modules they are read through, where a model has some by domain and a probe's texts are of none; their rows carry it. */
  domain?: string;
}

/**
 * Rows: metrics `<probe>_<score>` and `<task>_<score>`, such as `lego_acc` and `lego_acc.depth-2`, each with its standard error; those
 * of a probe that reads texts have a domain.
 */
export function probed({ of = [], tasks = [], every = 1, domain }: ProbedOptions): Evaluator {
  if (of.length + tasks.length === 0) throw new Error("probes: invalid probes: none (one or more, or tasks)");
  if (!(Number.isInteger(every) && every >= 1))
    throw new Error(`probes: invalid every: ${every} (a whole number from 1)`);
  const names = namesOf(of);
  checkOnce(names, "give it once, with one set of options");
  const paths = tasks.filter((task) => typeof task === "string");
  const evaluator: Evaluator = {
    name: "probes",
    options: { of: of.map(write), ...(tasks.length > 0 && { tasks: paths }), every, domain },
    begin({ engine, model, leaves, shards, batch, context, others = [], onProgress }) {
      const theirs = others.filter(({ name, options }) => name === "probes" && options !== evaluator.options);
      const all = theirs.flatMap(({ options }) => namesOf(options.of as unknown as Probe[]));
      checkOnce([...names, ...new Set(all)], "two evaluators ask it, and rows would have one name");
      if (model.config.encoder)
        throw new Error("probes: invalid model: an encoder (it predicts masked tokens and not the next one)");
      const read = tasks.map((task) => (typeof task === "string" ? readTask(task) : task));
      const prefix = prefixOf(model);
      const begin = (): ReturnType<typeof probing> =>
        probing({ engine, model, leaves, shards, batch, context, prefix, probes: of, tasks: read, overlap: 1, domain });
      let running: ReturnType<typeof begin> | undefined;
      let [milliseconds, times] = [0, 0];
      return {
        async evaluate(state, at) {
          if (at && at.step % every !== 0 && !at.last) return [];
          const began = performance.now();
          const { scores, notes } = await (await (running ??= begin())).ask(state);
          if (times === 0) for (const note of notes) onProgress?.({ label: note, done: 0, total: 0, notice: true });
          [milliseconds, times] = [milliseconds + performance.now() - began, times + 1];
          return scores.map(({ task, metric, domain, value, error }) => ({
            metric: `${task}_${metric}`,
            ...(domain !== undefined && { domain }),
            value,
            ...(Number.isFinite(error) && { error }),
          }));
        },
        async dispose() {
          await (await running)?.dispose();
          running = undefined;
          const took = `probes took ${(milliseconds / 1000).toFixed(1)} s at ${times} evaluations`;
          if (times > 0) onProgress?.({ label: took, done: times, total: times, notice: true });
        },
      };
    },
  };
  // A task that is not of a file is the user's own.
  return paths.length === tasks.length ? made(evaluator, ...of) : evaluator;
}

const namesOf = (probes: readonly { name: string }[]): string[] => probes.map(({ name }) => name);

function checkOnce(names: readonly string[], why: string): void {
  const again = names.find((name, i) => names.indexOf(name) !== i);
  if (again !== undefined) throw new Error(`probes: invalid probes: ${again} is there twice (${why})`);
}
