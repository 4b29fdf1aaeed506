/** Names for things by what made them: sha256 over JSON with sorted keys, and over the bytes of a model. */
import { createHash, type Hash } from "node:crypto";
import type { LanguageModel, StateArrays } from "../types.js";

/** Hexadecimal, 16 digits: the same for objects that differ only in the order of their keys. */
export function hashOf(value: unknown): string {
  return createHash("sha256").update(canonical(value)).digest("hex").slice(0, 16);
}

/** Of the architecture, every weight and the tokenizer. */
export function hashOfModel(model: LanguageModel): string {
  const hash = createHash("sha256").update(canonical(model.config)).update(canonical(model.tokenizer.json));
  return addWeights(hash, model.weights).digest("hex").slice(0, 16);
}

/** Of all that `save` writes of a model; `hashOfModel`'s for one that was not read from a folder. */
export function hashOfFolder(model: LanguageModel): string {
  if (!model.origin) return hashOfModel(model);
  const { files, tensors } = model.origin;
  const sums = Object.entries(files).map(([name, bytes]) => [name, createHash("sha256").update(bytes).digest("hex")]);
  return hashOf({ model: hashOfModel(model), endOfText: model.tokenizer.endOfText, sums, tensors });
}

/** Of names, shapes and bytes. */
export const hashOfWeights = (weights: StateArrays): string => addWeights(createHash("sha256"), weights).digest("hex");

function addWeights(hash: Hash, weights: StateArrays): Hash {
  for (const name of Object.keys(weights).sort()) {
    const { shape, data } = weights[name]!;
    hash.update(`${name} ${shape.join("x")} `).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash;
}

/** JSON with the keys of every object sorted; fields that are undefined are left out, numbers that JSON lacks are refused. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item ?? null)).join(",")}]`;
  if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`canonical: invalid number: ${value}`);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const fields = value as Record<string, unknown>;
  let text = "";
  for (const name of Object.keys(fields).sort())
    if (fields[name] !== undefined)
      text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${canonical(fields[name])}`;
  return `{${text}}`;
}
