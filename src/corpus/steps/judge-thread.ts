/** A thread of `pipe.ts`: judges one batch after another by the steps that are written down for it. Not part of the library. */
import { crewThread } from "../crew.js";
import type { Document } from "../types.js";
import { judgeOf } from "./judging.js";
import { type StepGiven, stepOf } from "./registry.js";

crewThread(async (steps: StepGiven[]) => {
  const judge = await judgeOf(steps.map((written) => stepOf(written, "pipe")));
  return ({ documents }: { documents: Document[] }) => judge(documents);
});
