/** A thread of `pipe.ts`: judges one batch after another by the steps that are written down for it. Not part of the library. */
import { crewThread } from "../crew.js";
import { judgeOf } from "./judging.js";
import { type StepGiven, stepOf } from "./registry.js";

crewThread((steps: StepGiven[]) => judgeOf(steps.map((written) => stepOf(written, "pipe"))));
