/** Hugging Face's name of a GGUF file's tensor, and what undoes its conversion. */
import { called, type Fail } from "../safetensors-header.js";
import type { Architecture } from "./architecture.js";
import type { Transform } from "./transforms.js";

export interface Named {
  name: string;
  transform?: Transform | undefined;
}

export function nameOf(tensor: string, { names, layers, layer, transforms = {} }: Architecture, fail: Fail): Named {
  const [, index, own, kind] = /^(?:blk\.(\d{1,6})\.)?(\w+)\.(weight|bias)$/.exec(tensor) ?? [];
  const table = index === undefined ? names : layers;
  if (own === undefined || !Object.hasOwn(table, own))
    return fail(`${called(tensor)} is a tensor that this kind of model has no place for here`);
  const name = index === undefined ? table[own]! : `${layer(Number(index))}.${table[own]!}`;
  return { name: `${name}.${kind}`, transform: Object.hasOwn(transforms, own) ? transforms[own] : undefined };
}
