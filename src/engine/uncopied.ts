/**
 * Runs that leave their results in the buffers they are given. onnxruntime-node 1.30 writes to such buffers and then copies
 * each of them to fresh memory all the same, in the order of the model's outputs: 8 % of a training step at 4 M parameters, and
 * a quarter of its memory. It cannot return a list, so a model that has one for its first output is refused just before
 * the copies, when all has been computed and written. With a release that makes no copies (the main branch of
 * https://github.com/microsoft/onnxruntime makes none) this file is a plain `session.run`.
 */
import type * as ort from "onnxruntime-node";
import type { Graph, Value } from "./graph.js";

const LIST = "list";
const refusal = "Non tensor type";

/** The output that has to come before all others. */
export const firstOutput = (graph: Graph): Record<string, Value> => ({
  [LIST]: { ...graph.node("SequenceEmpty", { inputs: [], shape: [] }), list: true },
});

/** `places` has a tensor for every other output. */
export async function runInPlace(
  session: ort.InferenceSession,
  feeds: Record<string, ort.Tensor>,
  places: Record<string, ort.Tensor>,
): Promise<void> {
  try {
    await session.run(feeds, { [LIST]: null, ...places });
  } catch (error) {
    if (!String((error as Error).message).startsWith(refusal)) throw error;
  }
}
