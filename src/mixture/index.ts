/** Which domain the next tokens come from: token shares, and the blender that keeps to them. */
export { blender } from "./blender.js";
export type { Blender, BlenderOptions, BlenderState } from "./blender.js";
export { fixed } from "./fixed.js";
export { mixtures } from "./registry.js";
export type { MixtureRow, MixtureTable } from "./registry.js";
export { temperature } from "./temperature.js";
export type { TemperatureOptions } from "./temperature.js";
export type { Mixture } from "./types.js";
