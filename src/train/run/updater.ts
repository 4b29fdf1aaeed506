/** Runs an update, of one batch or of several, and gives its numbers as one large batch would have given them. */
import type { Engine, Program, State } from "../../engine/index.js";
import { COUNT, type Update } from "../step/accumulate.js";
import type { Periodic } from "../step/periodic.js";
import type { Feeds } from "../step/types.js";

type Outputs = Record<string, Float32Array>;

export interface Updater {
  /** `feeds` of each batch, `scalars` of the update. */
  run(state: State, feeds: readonly Feeds[], scalars: Feeds): Promise<Outputs>;
  /** What comes after update `step`, where something does. */
  between(state: State, step: number): Promise<void>;
  dispose(): Promise<void>;
}

export async function updaterOf(engine: Engine, update: Update): Promise<Updater> {
  const each = await engine.compile(update.each.fn, update.each.signature);
  const last = update.last && (await engine.compile(update.last.fn, update.last.signature));
  const periodic = new Map<Periodic, Program>();
  return {
    async run(state, feeds, scalars) {
      if (!last) return each.run(state, { ...feeds[0], ...scalars });
      const seen: Outputs[] = [];
      for (const batch of feeds) seen.push(await each.run(state, { ...batch, ...scalars }));
      return { ...together(seen), ...(await last.run(state, scalars)) };
    },
    async between(state, step) {
      for (const one of update.periodic ?? []) {
        if (!one.due(step)) continue;
        const program = periodic.get(one) ?? (await engine.compile(one.step.fn, one.step.signature));
        periodic.set(one, program);
        await program.run(state, {});
      }
    },
    async dispose() {
      for (const program of [each, last, ...periodic.values()]) await program?.dispose();
    },
  };
}

/** Numbers by sequence one after another, any other the mean by what the batches count for. */
function together(seen: readonly Outputs[]): Outputs {
  const counts = seen.map((outputs) => outputs[COUNT]![0]!);
  const whole = counts.reduce((a, b) => a + b, 0) || 1;
  const mean = (name: string): number =>
    seen.reduce((sum, outputs, i) => sum + (counts[i]! / whole) * outputs[name]![0]!, 0);
  const { [COUNT]: _, ...names } = seen[0]!;
  return Object.fromEntries(
    Object.keys(names).map((name) => [
      name,
      Float32Array.from(/bySequence$/i.test(name) ? seen.flatMap((outputs) => [...outputs[name]!]) : [mean(name)]),
    ]),
  );
}
