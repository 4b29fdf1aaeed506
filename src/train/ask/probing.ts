/** Probes and tasks asked together, with programs that are compiled once: what an evaluation of a run and a model on its own share. */
import type { Shards } from "../text.js";
import { type Asking, asking, type AskingOptions } from "./asking.js";
import type { Probe, ProbeOptions, RunningProbe } from "./probes/types.js";

export interface ProbingOptions extends AskingOptions {
  probes: readonly Probe[];
  shards: Shards;
}

/** Scores of tasks, and then those of probes. */
export async function probing({ probes, shards, ...options }: ProbingOptions): Promise<Asking> {
  const { model, context, tasks, prefix } = options;
  const at: ProbeOptions = { model, shards, context, prefix: prefix.id };
  const running: RunningProbe[] = [];
  for (const probe of probes) running.push(await probe.begin(at));
  const all = await asking({ ...options, tasks: [...tasks, ...running.flatMap((probe) => probe.tasks)] });
  return {
    ...all,
    async ask(state, given) {
      const answers = await all.ask(state, given);
      const of = (names: readonly { name: string }[]): Set<string> => new Set(names.map(({ name }) => name));
      const own = of(tasks);
      return {
        ...answers,
        scores: [
          ...answers.scores.filter(({ task }) => own.has(task)),
          ...running.flatMap((probe) => {
            const named = of(probe.tasks);
            return probe.scores?.(answers) ?? answers.scores.filter(({ task }) => named.has(task));
          }),
        ],
        notes: [...answers.notes, ...running.flatMap(({ notes = [] }) => notes)],
      };
    },
  };
}
