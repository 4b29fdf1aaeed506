/** arquero, loaded when the first table is read or made: it takes a sixth of the time in which a training process starts. */
import type * as Arquero from "arquero";
import { createRequire } from "node:module";

export const arquero = (): typeof Arquero => createRequire(__filename)("arquero") as typeof Arquero;
