/**
 * The house as data: which rooms there are, on which floor, and what a pure room may load. Imports point down this list
 * of floors or stay on one; `tests/house/imports.test.ts` holds `src` against it.
 */

/** Each floor may use itself and those below it; the last is the lowest. */
export const floors = {
  surface: ["lab", "cli"],
  machine: ["corpus", "engine", "model", "checkpoint", "train", "runs", "sweep"],
  pure: ["architecture", "vocab", "embed", "mixture", "measure", "merge", "laws", "charts"],
} as const satisfies Record<string, readonly string[]>;

export type Floor = keyof typeof floors;

/** Files of `src` that are in no room, and the floors that may import them. */
export const shared: Record<string, readonly Floor[]> = {
  "src/types.ts": ["pure", "machine", "surface"],
  "src/rng.ts": ["pure", "machine", "surface"],
  "src/tensors.ts": ["machine", "surface"],
  "src/breathe.ts": ["pure", "machine", "surface"],
  "src/foreign.ts": ["pure", "machine", "surface"],
  "src/finite.ts": ["pure", "machine", "surface"],
  "src/digits.ts": ["pure", "machine", "surface"],
  "src/halves.ts": ["machine", "surface"],
  "src/names.ts": ["pure", "machine", "surface"],
  "src/environment.ts": ["machine", "surface"],
  "src/commands.ts": ["machine", "surface"],
  "src/registry.ts": ["pure", "machine", "surface"],
  "src/files.ts": ["machine", "surface"],
  "src/regular-file.ts": ["machine", "surface"],
  "src/json-file.ts": ["machine", "surface"],
  "src/tail.ts": ["machine", "surface"],
  "src/lock.ts": ["machine", "surface"],
  "src/lock-owner.ts": ["machine"],
  "src/index.ts": [],
};

/** Packages that a pure room may load: what turns plain data into plain data. Types of any package are free. */
export const packagesOfPureRooms: Record<string, readonly string[]> = {
  vocab: ["tokenizers"],
  architecture: ["zod"],
  mixture: ["zod"],
  merge: ["zod"],
  charts: ["arquero", "@mathjax/src", "@mathjax/mathjax-newcm-font"],
};

export const rooms: readonly string[] = Object.values(floors).flat();

export function floorOf(room: string): Floor | undefined {
  return (Object.keys(floors) as Floor[]).find((floor) => (floors[floor] as readonly string[]).includes(room));
}
