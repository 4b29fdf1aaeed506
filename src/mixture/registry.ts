/** The mixtures by name, for recipes and lists. Adding one is a file, a row here and a test. */
import { fixed } from "./fixed.js";
import { temperature } from "./temperature.js";
import type { TemperatureOptions } from "./temperature.js";
import type { Mixture } from "./types.js";

export interface MixtureRow<Options> {
  /** What it does, in one line. */
  summary: string;
  reference: string;
  make(options: Options): Mixture;
}

export interface MixtureTable {
  fixed: MixtureRow<Record<string, number>>;
  temperature: MixtureRow<TemperatureOptions>;
}

export const mixtures: MixtureTable = {
  fixed: {
    summary: "the same token shares at every step",
    reference: "https://arxiv.org/abs/2403.08763",
    make: fixed,
  },
  temperature: {
    summary: "shares in proportion to size^alpha",
    reference: "https://arxiv.org/abs/1911.02116",
    make: temperature,
  },
};
