/**
 * TensorFlow.js as all of `src` imports it. `import * as tf` of the package itself copies its five hundred names in every
 * file that has it, which was a twelfth of the time that a process takes to start; of this module it copies none.
 */
export * from "@tensorflow/tfjs";
