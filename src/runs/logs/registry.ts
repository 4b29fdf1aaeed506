/** Logs that other tools read, by name. Adding one: a file with the function, a row here, a test. */
import { tensorboard } from "./tensorboard.js";
import type { LogRow } from "./types.js";
import { wandb } from "./wandb.js";

export const logs = {
  tensorboard: {
    summary: "event files that TensorBoard opens: tensorboard --logdir of the run's logs/tensorboard",
    reference: "https://www.tensorflow.org/tensorboard",
    open: tensorboard,
  },
  wandb: {
    summary: "an offline run that wandb sync sends, of the run's logs/wandb",
    reference: "https://docs.wandb.ai/models/ref/cli/wandb-sync",
    open: wandb,
  },
} satisfies Record<string, LogRow>;

export type LogName = keyof typeof logs;
