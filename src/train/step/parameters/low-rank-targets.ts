/** Which matrices of a model an option names: by what they do, by their usual names, or by those of its files. */
import type { LinearLayer } from "../../../architecture/index.js";

/** The matrices that targets name. One that is kept with others as one is named with all of them, or by the name of its file. */
export function targeted(caller: string, targets: readonly string[], layers: LinearLayer[]): LinearLayer[] {
  const isNamed = ({ name, role, own }: LinearLayer): boolean =>
    [role, own, name].some((each) => targets.includes(each));
  for (const target of targets) {
    if (layers.some((layer) => isNamed(layer) || layer.usual.includes(target))) continue;
    const known = new Set(layers.flatMap(({ role, usual, own }) => [role, ...usual, own]));
    refuse(caller, "targets", target, `one of ${[...known].join(", ")}`);
  }
  return layers.filter((layer) => {
    const { usual, own } = layer;
    const asked = usual.filter((each) => targets.includes(each));
    if (isNamed(layer) || asked.length === usual.length) return true;
    if (asked.length > 0)
      refuse(caller, "targets", asked[0], `this model keeps ${usual.join(", ")} as one: name all of them, or ${own}`);
    return false;
  });
}

export function refuse(caller: string, field: string, value: unknown, fix: string): never {
  throw new Error(`${caller}: invalid ${field}: ${JSON.stringify(value)} (${fix})`);
}
