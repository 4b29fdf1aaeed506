/** What `palimpsest run --params FILE --set name=value` gives to each notebook, known to be right before any of them runs. */
import { readJsonObject, readText } from "../json-file.js";
import { BadArguments, understand } from "./work.js";

export interface GivenOptions {
  params?: string;
  set: string[];
}

/** For each notebook what its `lab.params` is given; nothing where nothing was asked. `--set` counts over the file. */
export async function givenParameters(paths: string[], options: GivenOptions): Promise<(object | undefined)[]> {
  const { params: file, set } = options;
  if (file === undefined && set.length === 0) return [];
  const { parseNotebook } = await import("../lab/notebook.js");
  const { parametersOf } = await import("../lab/parameters-cell.js");
  const { readSetting, splitSetting } = await import("../lab/setting-text.js");
  const { settle } = await import("../lab/settings.js");
  const filed = file === undefined ? {} : understand(() => readJsonObject(file, "invalid --params"));
  const pairs = set.map((text) => told("invalid --set: ", () => splitSetting(text)));
  return paths.map((path) => {
    const found = parametersOf(parseNotebook(readText(path, "run"), path));
    if (!found) throw new BadArguments(`${path} has no settings: no cell of it calls lab.params({ defaults })`);
    const { defaults } = found;
    const values = pairs.map(([name, text]) => {
      if (defaults && !Object.hasOwn(defaults, name)) return [name, text];
      return [name, told(`invalid --set: ${name}=`, () => readSetting(text, defaults?.[name]))];
    });
    const given = { ...filed, ...(Object.fromEntries(values) as object) };
    if (defaults) told(`${path}: `, () => settle(defaults, given));
    return given;
  });
}

/** Errors of a check become bad arguments, with what they are about in front. */
function told<T>(about: string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    throw new BadArguments(`${about}${(error as Error).message}`);
  }
}
