/**
 * Where things that can be made again are kept: fetched corpora, token shards, base checkpoints.
 * `PALIMPSEST_CACHE` when set; `.cache` of the checkout when the lab runs from one; the user's cache folder when it is installed.
 */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";

export function cacheFolder(): string {
  const { PALIMPSEST_CACHE: named, XDG_CACHE_HOME: xdg } = process.env;
  if (named) return resolve(named);
  const root = packageRoot();
  if (root !== undefined && !root.includes(`${sep}node_modules${sep}`)) return join(root, ".cache");
  return join(xdg || join(homedir(), ".cache"), "palimpsest");
}

/** The folder of this package's package.json, from `src` and from `dist` alike. */
function packageRoot(): string | undefined {
  for (let folder = __dirname; dirname(folder) !== folder; folder = dirname(folder)) {
    const file = join(folder, "package.json");
    if (existsSync(file) && (JSON.parse(readFileSync(file, "utf8")) as { name?: string }).name === "palimpsest")
      return folder;
  }
  return undefined;
}
