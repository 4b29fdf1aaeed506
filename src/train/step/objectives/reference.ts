/**
 * A reference: a teacher (`teacher.ts`) of which nothing is asked but how likely it takes each token of the text to be. It
 * reads what the model reads, with the same ids.
 */
import type * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../../../engine/index.js";
import { losses } from "../../../model/index.js";
import type { Memory } from "../../../model/index.js";
import type { Weights } from "../../../types.js";
import type { ObjectiveOptions } from "../objective.js";
import { BASE, baseTeacher, folderTeacher, teacherFolder } from "./teacher.js";

export interface Reference {
  /** In place of the path, for a run's identity; nothing where it is the base. */
  written(): { reference?: string };
  begin(at: ObjectiveOptions): RunningReference;
}

export interface RunningReference {
  /** What of its weights the engine has not anyway. */
  fixed: Weights;
  /** What run.json notes of it. */
  told: Record<string, string | number>;
  /** Throws one line where it cannot read so many tokens at once. */
  check(context: number): void;
  /** tokens [batch, time + 1] int32 → nats of each of the batch·time predictions. `state` is all that the engine has. */
  losses(state: Tensors, tokens: tf.Tensor, memory?: Memory): tf.Tensor;
}

/** Of a path, or of "base", the model that the run begins from. */
export function referenceOf(caller: string, path: string): Reference {
  const folder = path === BASE ? undefined : teacherFolder(path);
  return {
    written: () => (folder ? { reference: folder.hash() } : {}),
    begin(at) {
      const teacher = folder ? folderTeacher({ path, folder, caller }, at) : baseTeacher(at);
      const invalid = (why: string): Error => new Error(`${caller}: invalid reference: ${path} (${why})`);
      const { config, fixed, told, of, reads } = teacher;
      const wanted = at.model.tokenizer.size;
      if (folder && reads < wanted) throw invalid(`it has ${reads} of the model's ${wanted} tokens`);
      return {
        fixed,
        told,
        check(context) {
          if (context > config.context) throw invalid(`it reads at most ${config.context} tokens, the run ${context}`);
        },
        losses: (state, tokens, memory) => losses(config, of(state), tokens, { memory }),
      };
    },
  };
}
