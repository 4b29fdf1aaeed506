/**
 * The tensors of the forward by name. Outside of layers: embedding, positions, types, embeddingNorm, projectIn, projectOut,
 * finalNorm, headDense, headNorm, head. Within `layers.<n>`: attentionNorm, q, k, v, o, qNorm, kNorm, afterAttention, feedNorm,
 * gate, up, down, afterFeed. Each is a weight, or a weight and a bias.
 */
import type { Place, Places, Role } from "./types.js";

const roles: Record<string, Role> = {
  embedding: "embedding",
  types: "embedding",
  projectIn: "embedding",
  positions: "positions",
  embeddingNorm: "norm",
  attentionNorm: "norm",
  qNorm: "norm",
  kNorm: "norm",
  afterAttention: "norm",
  feedNorm: "norm",
  afterFeed: "norm",
  finalNorm: "norm",
  headNorm: "norm",
  q: "attention",
  k: "attention",
  v: "attention",
  o: "attention",
  gate: "feed-forward",
  up: "feed-forward",
  down: "feed-forward",
  projectOut: "head",
  headDense: "head",
  head: "head",
};

/** The role of a slot such as `layers.0.q.weight`, and its layer. */
export function roleOfSlot(slot: string): { role: Role; layer?: number } {
  const [, layer, tensor] = /^(?:layers\.(\d+)\.)?(\w+)\.(?:weight|bias)$/.exec(slot)!;
  return { role: roles[tensor!]!, ...(layer !== undefined && { layer: Number(layer) }) };
}

export interface Builder {
  places: Places;
  /** A linear layer of `out` outputs; `stored` without `.weight`. */
  linear(
    slot: string,
    stored: string,
    shape: [out: number, width: number],
    also?: { bias?: boolean; transposed?: true },
  ): void;
  /** Linear layers that are kept as one, their outputs end to end, or so for each of `heads` heads. */
  joined(
    slots: string[],
    stored: string,
    sizes: number[],
    width: number,
    also?: { bias?: boolean; transposed?: true; heads?: number },
  ): void;
  norm(slot: string, stored: string, width: number, also?: { bias?: boolean }): void;
  table(slot: string, stored: string, rows: number, width: number): void;
}

/** Collects places in the order of the calls. */
export function builder(): Builder {
  const places: Places = {};
  const put = (slot: string, name: string, shape: number[], rest: Omit<Place, "name" | "shape"> = {}): void => {
    places[slot] = { name, shape, ...rest };
  };
  return {
    places,
    linear(slot, stored, [out, width], { bias = false, transposed } = {}) {
      put(`${slot}.weight`, `${stored}.weight`, transposed ? [width, out] : [out, width], {
        ...(transposed && { transposed }),
      });
      if (bias) put(`${slot}.bias`, `${stored}.bias`, [out]);
    },
    joined(slots, stored, sizes, width, { bias = false, transposed, heads } = {}) {
      const out = sizes.reduce((sum, size) => sum + size, 0) * (heads ?? 1);
      slots.forEach((slot, index) => {
        const part = { index, sizes, ...(heads !== undefined && { heads }) };
        put(`${slot}.weight`, `${stored}.weight`, transposed ? [width, out] : [out, width], {
          ...(transposed && { transposed }),
          part,
        });
        if (bias) put(`${slot}.bias`, `${stored}.bias`, [out], { part });
      });
    },
    norm(slot, stored, width, { bias = false } = {}) {
      put(`${slot}.weight`, `${stored}.weight`, [width]);
      if (bias) put(`${slot}.bias`, `${stored}.bias`, [width]);
    },
    table: (slot, stored, rows, width) => put(`${slot}.weight`, `${stored}.weight`, [rows, width]),
  };
}
