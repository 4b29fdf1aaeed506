/** Trainers that a recipe can be handed to, by name. Adding one: a file with the row, a line here, a test. */
import type { Trainer } from "../types.js";
import { hfTrainer } from "./hf-trainer.js";
import { olmoCore } from "./olmo-core.js";

export const trainers = {
  "hf-trainer": hfTrainer,
  "olmo-core": olmoCore,
} satisfies Record<string, Trainer>;

export type TrainerName = keyof typeof trainers;
