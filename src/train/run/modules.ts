/**
 * Modules that were trained beside a model (adapters, prompts, embeddings of languages), as parameters that begin with them: to go
 * on training, or to evaluate with. As files they are modules.safetensors, and modules.json, which says what they are:
 * the row of `train.parameters` and its options. Without the model, which is saved by itself.
 */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { sha256OfFile, writeAtomically } from "../../files.js";
import { isRecord, show } from "../../foreign.js";
import { readJsonObject } from "../../json-file.js";
import { readSafetensors, writeSafetensors } from "../../model/index.js";
import { isWritten, makeOf, type Options, write } from "../../registry.js";
import type { NdArray, Weights } from "../../types.js";
import { hashOfWeights } from "../hash.js";
import { parameters as registry } from "../step/parameters/registry.js";
import type { Parameters } from "../step/types.js";

/**
 * `parameters` that begin with these tensors, and as ever with those that are not among them where it is said so (`also`). Their options
 * name the tensors by a hash, so another process cannot make them.
 */
export function startedWith(parameters: Parameters | Modules, weights: Weights, also = false): Modules {
  const made = "made" in parameters ? parameters.made : parameters;
  const { name } = made;
  return {
    name,
    options: { ...made.options, from: hashOfWeights(weights).slice(0, 16) },
    made,
    trained: weights,
    ...(made.places !== undefined && { places: made.places }),
    of(at) {
      const leaves = made.of(at);
      const added = Object.entries(leaves.added ?? {}).map(([tensor, fresh]): [string, NdArray] => {
        const { shape } = fresh;
        const own = weights[tensor];
        if (also && !own) return [tensor, fresh];
        if (`${own?.shape}` !== `${shape}`)
          throw new Error(
            `${name}: invalid model: ${tensor} would be [${shape}] for it, and is [${own?.shape ?? "absent"}]`,
          );
        return [tensor, { shape: [...shape], data: own!.data.slice() }];
      });
      return { ...leaves, added: Object.fromEntries(added) };
    },
  };
}

/** What was trained beside a model: parameters that begin with it. */
export interface Modules extends Parameters {
  /** What made them, without what was trained. */
  readonly made: Parameters;
  /** By name. */
  readonly trained: Weights;
}

const files = { weights: "modules.safetensors", says: "modules.json" } as const;

/** modules.json last. */
export function saveModules({ dir, modules }: { dir: string; modules: Modules }): void {
  mkdirSync(dir, { recursive: true });
  writeSafetensors(join(dir, files.weights), modules.trained);
  const tensors = Object.fromEntries(Object.entries(modules.trained).map(([name, { shape }]) => [name, shape]));
  const says = { format: 1, parameters: write(modules.made), sha256: sha256OfFile(join(dir, files.weights)), tensors };
  writeAtomically(join(dir, files.says), JSON.stringify(says, null, 2) + "\n");
}

/**
 * The folder that `saveModules` wrote: `modules` within that of a run. `changes` are options in place of those that they were
 * trained with, e.g. `{ domains: ["en", "ko", "fi"], learning: ["fi"] }`: modules that are new begin as they would. Throws one
 * line where the folder is not as it was written.
 */
export function openModules(dir: string, changes?: Options): Modules {
  const fail = (what: string): never => {
    throw new Error(`openModules: invalid folder: ${dir} (${what})`);
  };
  for (const name of Object.values(files)) if (!existsSync(join(dir, name))) fail(`it has no ${name}`);
  const { format, parameters, sha256 } = readJsonObject(join(dir, files.says), "openModules");
  if (format !== 1) fail(`format ${show(format)}; this version reads 1`);
  if (!isRecord(parameters) || !isWritten(parameters) || !Object.hasOwn(registry, parameters.name))
    return fail(`its parameters are no row of train.parameters`);
  if (sha256OfFile(join(dir, files.weights)) !== sha256)
    fail(`${files.weights} is not what was written: its sha256 differs`);
  const written = { ...parameters, ...changes };
  const { name, ...options } = written;
  const checked = registry[name as keyof typeof registry].options.safeParse(options);
  if (!checked.success) fail(`${JSON.stringify(options)} are no options of ${name}`);
  const { weights } = readSafetensors(join(dir, files.weights));
  return startedWith(makeOf<Parameters>(registry, written), weights, changes !== undefined);
}
