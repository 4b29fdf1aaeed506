/** One input of a target: a seed with some changes, decided by the rng alone. */
import type { Rng } from "../../src/rng.js";
import { byteMutators } from "./byte-mutators.js";
import { pick } from "./chance.js";
import { jsonMutators } from "./json-mutators.js";
import type { Files } from "./types.js";

/** No file is larger: what is slow on a megabyte is slow. */
const largest = 1 << 20;
const all = Object.values({ ...byteMutators, ...jsonMutators });
/** Files of text that are JSON, or lines of it, are changed as JSON more often than not. */
const aware = Object.values(jsonMutators);

/** Some changes, most often one, to some of the files of one of the seeds. */
export function mutate(seeds: readonly Files[], rng: Rng): Files {
  const files: Files = { ...pick(rng, seeds) };
  for (let changes = 1 + (rng.int(3) === 0 ? rng.int(4) : 0); changes > 0; changes--) {
    const name = pick(rng, Object.keys(files));
    if (Object.keys(files).length > 1 && rng.int(50) === 0) {
      delete files[name];
      continue;
    }
    const other = pick(rng, seeds)[name] ?? files[name]!;
    const change = { bytes: files[name]!, rng, other };
    for (let tries = 0; tries < 8; tries++) {
      const changed = pick(rng, rng.int(2) === 0 ? aware : all).change(change);
      if (changed === undefined || Buffer.compare(changed, files[name]!) === 0) continue;
      files[name] = changed.subarray(0, largest);
      break;
    }
  }
  return files;
}
