/**
 * LoRA (Hu et al. 2021, arXiv 2106.09685): W + s B A is used for W, of which A and B are trained. s is alpha / rank, or
 * alpha / √rank, with which a higher rank does not learn less (rsLoRA, Kalajdzievski 2023, arXiv 2312.03732).
 */
import * as tf from "../../../tensors.js";
import { lowRank, type LowRankMethod, type LowRankOptions } from "./low-rank.js";
import type { Parameters } from "../types.js";

const output: LowRankMethod["output"] = ({ y, change }) => tf.add(y, change);

export const lora = (options: LowRankOptions = {}): Parameters =>
  lowRank({ name: "lora", scale: (alpha, rank) => alpha / rank, output }, options);

export const rslora = (options: LowRankOptions = {}): Parameters =>
  lowRank(
    { name: "rslora", scale: (alpha, rank) => alpha / Math.sqrt(rank), adapter: { rslora: true }, output },
    options,
  );
