/**
 * "mean-of-closest", as it is registered: a new row is the plain mean of the rows of the ten anchors whose token vectors are nearest by
 * cosine, the limit of a softmax over them at high temperature. A baseline that asks what the weights of FOCUS are worth;
 * there is no one paper for it.
 */
import { mixAnchors } from "./focus.js";
import { meanOfNearest } from "./nearest.js";
import type { Initialise } from "./types.js";

/** The usual number of neighbours, as in WECHSEL. */
const neighbours = 10;

export const meanOfNearestAnchors: Initialise = (growing, rows) =>
  mixAnchors("mean-of-closest", growing, rows, (cosines) => meanOfNearest(cosines, neighbours), neighbours);
