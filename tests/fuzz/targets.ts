/** Every reader of foreign files, a row each, by what the files are. */
import { baseTargets } from "./targets/base.js";
import { labTargets } from "./targets/lab.js";
import { modelTargets } from "./targets/models.js";
import { rowTargets } from "./targets/rows.js";
import { runTargets } from "./targets/runs.js";
import { sweepTargets } from "./targets/sweeps.js";
import { textTargets } from "./targets/texts.js";
import { textPackageTargets } from "./targets/text-packages.js";
import type { Target } from "./types.js";

export const targets: readonly Target[] = [
  ...modelTargets,
  ...textTargets,
  ...textPackageTargets,
  ...rowTargets,
  ...runTargets,
  ...sweepTargets,
  ...baseTargets,
  ...labTargets,
];
