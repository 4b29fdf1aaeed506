/** Probes and tasks asked together, with programs that are compiled once: what an evaluation of a run and a model on its own share. */
import type { Shards } from "../text.js";
import { type Asking, asking, type AskingOptions } from "./asking.js";
import type { Probe, ProbeOptions, RunningProbe } from "./probes/types.js";

export interface ProbingOptions extends AskingOptions {
  probes: readonly Probe[];
  shards: Shards;
  /** Of those that are of none; defaults to none. */
  domain?: string | undefined;
}

/** Scores of tasks, and then those of probes. */
export async function probing({ probes, shards, domain, ...options }: ProbingOptions): Promise<Asking> {
  const { model, context, prefix } = options;
  const of = <T extends { domain?: string }>(thing: T): T => (domain === undefined ? thing : { domain, ...thing });
  const tasks = options.tasks.map(of);
  const at: ProbeOptions = { model, shards, context, prefix: prefix.id };
  const running: RunningProbe[] = [];
  for (const probe of probes) running.push(await probe.begin(at));
  const all = await asking({ ...options, tasks: [...tasks, ...running.flatMap((probe) => probe.tasks.map(of))] });
  return {
    ...all,
    async ask(state, given) {
      const answers = await all.ask(state, given);
      const named = (names: readonly { name: string }[]): Set<string> => new Set(names.map(({ name }) => name));
      const own = named(tasks);
      return {
        ...answers,
        scores: [
          ...answers.scores.filter(({ task }) => own.has(task)),
          ...running.flatMap((probe) => {
            const its = named(probe.tasks);
            return probe.scores?.(answers).map(of) ?? answers.scores.filter(({ task }) => its.has(task));
          }),
        ],
        notes: [...answers.notes, ...running.flatMap(({ notes = [] }) => notes)],
      };
    },
  };
}
