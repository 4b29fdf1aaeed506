/** A document whose tokens do not all count the same. */
import type { Mark } from "../../types.js";

export interface Marked {
  text: string;
  marks: Mark[];
}
