/**
 * One run from a model and its shards to a model: fills in what was not asked for, checks what fits what, and writes down
 * what identifies the run. `pretrain`, `continue` and recipes all end here; `carry-out.ts` does what was decided.
 */
import { rng } from "../rng.js";
import { drawingOf } from "./drawing.js";
import type { BatchesState } from "./run/batches.js";
import { drawnWindows } from "./run/drawn-windows.js";
import { carryOut } from "./run/carry-out.js";
import { letGo } from "./run/beginning.js";
import { bitsPerByte } from "./evaluators/bits-per-byte.js";
import { identity } from "./run/identity.js";
import { snapshotPoints } from "./run/points.js";
import type { Run } from "./run/run.js";
import { signalsOf } from "./signals/registry.js";
import { domainFeeds } from "./step/domains.js";
import { lossScaled } from "./step/optimisers/loss-scale.js";
import { slotsOfParts } from "./step/step.js";
import { check, composedOf, extended, wholeFrom1 } from "./composed.js";
import type { TrainOptions } from "./options.js";

export async function train(asked: TrainOptions): Promise<Run> {
  wholeFrom1({ steps: asked.steps });
  const options = extended(asked);
  const { model, shards, mixture, schedule, steps } = options;
  const composed = composedOf(options);
  const { objective, optimiser, seed, batch, context } = composed;
  const checkpointEvery = options.checkpointEvery ?? Math.max(1, Math.ceil(steps / 10));
  check(options, { ...composed, checkpointEvery });
  const { config } = model;
  const draws = rng(seed).fork(objective.name);
  const leaves = composed.parameters.of({ config, seed, weights: model.weights });
  const { consume, newRows } = options;
  const aim = objective.begin({ model, consume, leaves, newRows });
  const parts = composed.parts.map((part) =>
    part.begin({ config, weights: model.weights, leaves, optimiser, schedule, steps, seed, shards, batch, context }),
  );

  const { recipe, unknown } = identity({ ...options, ...composed });
  const silent = options.resume && unknown.find((thing) => Object.keys(thing.options).length === 0);
  if (silent)
    throw new Error(
      `train: invalid resume: ${silent.name} does not say what it does (give it options that do, or begin anew)`,
    );
  const told = { ...aim.notes, ...(leaves.said && { trained: leaves.said }) };
  const notes = Object.keys(told).length > 0 ? { ...options.notes, ...told } : options.notes;
  if (leaves.said) options.onProgress?.({ label: leaves.said, done: 1, total: 1, notice: true });
  for (const order of Object.values(composed.orders)) await order.ready?.();
  const drawn = drawingOf(options, composed);
  const { slots: left = {}, updates } = options.start ?? {};
  const carried = new Set(Object.keys(left));
  const slots = options.start?.slots && { ...slotsOfParts(parts), ...left };
  // Else a resumed branch would keep them beside its own.
  if (consume) letGo(left);
  return carryOut({
    ...options,
    ...composed,
    objective: aim,
    notes,
    optimiser: composed.precision === "float16" ? lossScaled({ of: optimiser }) : optimiser,
    leaves,
    parts,
    recipe,
    slots,
    updates,
    checkpointEvery,
    snapshotAt: snapshotPoints({ steps, ...options.snapshots }),
    batches: (state) =>
      drawn({
        feeds: (drawn, { step, index, domains }) => ({
          ...(aim.feeds?.({
            drawn,
            domains,
            context,
            tokenizer: model.tokenizer,
            rng: draws.fork(`${step}.${index}`),
            progress: step / steps,
          }) ?? drawn),
          ...domainFeeds(leaves, domains),
        }),
        state: (state as BatchesState | undefined) ?? options.start?.batches,
      }),
    ready(engine) {
      const { signal, onProgress } = options;
      const windows = (): ReturnType<typeof drawnWindows> =>
        drawnWindows(drawn({ state: options.start?.batches }), { steps, caller: objective.name, mixture });
      return aim.ready?.({ engine, batch, context, windows, signal, onProgress });
    },
    evaluators(engine) {
      const standard = objective.evaluator?.() ?? bitsPerByte();
      const others = options.evaluators ?? [];
      const { onProgress } = options;
      return [standard, ...others].map((evaluator) =>
        evaluator.begin({ engine, model, leaves, shards, batch, context, standard, others, parts, onProgress }),
      );
    },
    async prepare(engine, state) {
      const { signal, onProgress } = options;
      for (const part of parts) {
        const has = Object.keys(part.slots ?? {}).every((name) => carried.has(name));
        await part.prepare?.({ engine, state, carried: has, signal, onProgress });
      }
    },
    signals: (engine) => signalsOf({ mixture, engine, model, leaves, shards, batch, context, seed }),
  });
}
