/** The text as it stands, from its first document to its last, and again. What came together is read together. */
import { made } from "../../registry.js";
import { cut } from "../windows/cut.js";
import { passes } from "./passes.js";
import type { Order } from "./types.js";

export function sequential(): Order {
  return made({
    name: "sequential",
    options: {},
    open(at) {
      const all = Uint32Array.from({ length: cut(at).count }, (_, i) => i);
      return passes(at, () => all);
    },
  });
}
