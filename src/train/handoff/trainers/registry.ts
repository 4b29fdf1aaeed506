/** Trainers that a recipe can be handed to, by name. Adding one: a file with the row, a line here, a test. */
import type { Trainer } from "../types.js";
import { hfTrainer } from "./hf-trainer.js";
import { megatron } from "./megatron.js";
import { olmoCore } from "./olmo-core.js";
import { torchtitan } from "./torchtitan.js";

export const trainers = {
  "hf-trainer": hfTrainer,
  megatron,
  "olmo-core": olmoCore,
  torchtitan,
} satisfies Record<string, Trainer>;

export type TrainerName = keyof typeof trainers;
