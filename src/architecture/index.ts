/** Kinds of model as data: config.json both ways, and what their files call each tensor. Nobody else knows a parameter's name. */
export { checkConfig, headWidthOf, isGated } from "./check.js";
export { fieldsOf } from "./fields.js";
export { type LinearLayer, linearLayers } from "./linear-layers.js";
export {
  architectureOf,
  knownTables,
  moduleOf,
  nameOf,
  parameterShapes,
  parametersOf,
  placesOf,
} from "./parameters.js";
export { type TableNames, tablesOf } from "./parameters.js";
export { type ArchitectureName, architectures } from "./registry.js";
export { frequencies, type KnownScaling } from "./rope.js";
export { storedNames } from "./stored-names.js";
export type { Architecture, Parameter, Place, Places, Role } from "./types.js";
