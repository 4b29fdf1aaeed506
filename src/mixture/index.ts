/** Which domain the next tokens come from: token shares, and the blender that keeps to them. */
export { blender } from "./blender.js";
export type { Blender, BlenderOptions, BlenderState } from "./blender.js";
export { changing } from "./changing.js";
export type { ChangingOptions } from "./changing.js";
export { fixed } from "./fixed.js";
export { mixtures } from "./registry.js";
export { temperature } from "./temperature.js";
export type { TemperatureOptions } from "./temperature.js";
export type { Mixing, Mixture, MixtureStart, Observation, SignalName } from "./types.js";
