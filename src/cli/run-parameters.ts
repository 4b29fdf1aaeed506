/** What `--params` and `--set name=value` give to each notebook, known to be right before any of them runs. */
import type { Command } from "commander";
import { readText } from "../json-file.js";
import { BadArguments, understand } from "./work.js";

export interface Given {
  /** Settings as JSON has them. */
  params?: object;
  /** `name=value` each; they count over `params`. */
  set: string[];
}

const collect = (value: string, before: string[]): string[] => [...before, value];

export function addSet(verb: Command): Command {
  const told = "one setting, read by the type of its default; a list with commas; repeatable";
  return verb.option("--set <name=value>", told, collect, []);
}

/** For each notebook what its `lab.params` is given; nothing where nothing was asked. */
export async function givenParameters(paths: string[], { params, set }: Given): Promise<(object | undefined)[]> {
  if (params === undefined && set.length === 0) return [];
  const { parseNotebook } = await import("../lab/notebook/notebook.js");
  const { parametersOf } = await import("../lab/notebook/parameters-cell.js");
  const { readSetting, splitSetting } = await import("../lab/notebook/setting-text.js");
  const { settle } = await import("../lab/cell/settings.js");
  const pairs = set.map((text) => understand(() => splitSetting(text)));
  return paths.map((path) => {
    const found = parametersOf(parseNotebook(readText(path, "run"), path));
    if (!found) throw new BadArguments(`${path} has no settings: no cell of it calls lab.params({ defaults })`);
    const { defaults } = found;
    const values = pairs.map(([name, text]) => {
      if (defaults && !Object.hasOwn(defaults, name)) return [name, text];
      return [name, understand(() => readSetting({ name, text, fallback: defaults?.[name] }))];
    });
    const given = { ...params, ...(Object.fromEntries(values) as object) };
    if (defaults) checkGiven(path, () => settle(defaults, given));
    return given;
  });
}

/** One file of settings goes to several notebooks: the line says which does not take it. */
function checkGiven(path: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    throw new BadArguments(`${path}: ${(error as Error).message}`);
  }
}
