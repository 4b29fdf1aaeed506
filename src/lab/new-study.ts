/**
 * A study of the reader's own: a folder outside this package with a notebook, recipes, text to begin with, and the package
 * itself as the tarball that its package.json names. Not by version: the name is not registered, and what made a study's
 * numbers should travel with it. The folder appears whole or not at all.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { load } from "../corpus/index.js";
import type { OnProgress } from "../types.js";
import { packageRoot } from "./paths.js";
import { tarball } from "./tarball.js";

export interface NewStudyOptions {
  /** A new or an empty folder. */
  dir: string;
  signal?: AbortSignal;
  onProgress?: OnProgress;
}

/** What is copied as it is; a study has no more of the lab than this and the tarball. */
const template = join(packageRoot, "notebooks", "study");

/** UTF-8 bytes of each sample: the notebook runs on them in about a minute. */
const SAMPLE = 150_000;

/** Why a study cannot be made in a folder, or nothing. */
export function occupied(dir: string): string | undefined {
  const found = statSync(dir, { throwIfNoEntry: false });
  if (!found) return undefined;
  if (!found.isDirectory()) return "is a file";
  return readdirSync(dir).length > 0 ? "is not empty" : undefined;
}

/** Makes the study, and returns its files, relative to it. */
export async function newStudy({ dir: given, signal, onProgress }: NewStudyOptions): Promise<string[]> {
  const dir = resolve(given);
  const why = occupied(dir);
  if (why !== undefined) throw new Error(`newStudy: invalid dir: ${given} ${why} (nothing is overwritten)`);
  const made = `${dir}.${process.pid}.tmp`;
  try {
    mkdirSync(made, { recursive: true });
    for (const each of readdirSync(template)) cpSync(join(template, each), join(made, each), { recursive: true });
    await writeSamples(join(made, "texts"), { signal, onProgress });
    const packed = await tarball(made);
    for (const [name, text] of Object.entries(filesOf(packed))) writeFileSync(join(made, name), text);
    // An empty folder may be the one that a shell stands in: it stays the same folder.
    if (existsSync(dir)) for (const each of readdirSync(made)) renameSync(join(made, each), join(dir, each));
    else renameSync(made, dir);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return (readdirSync(dir, { recursive: true }) as string[])
    .filter((name) => statSync(join(dir, name)).isFile())
    .sort();
}

function filesOf(packed: string): Record<string, string> {
  const manifest = {
    private: true,
    scripts: {
      start: "palimpsest run notebooks/first-question.ipynb --out out/first-question",
      lab: "palimpsest lab",
      train:
        "palimpsest train recipes/base.json --out out/base --resume && " +
        "palimpsest train recipes/continue.json --out out/continue --resume",
      sweep: "palimpsest sweep recipes/shares.json --out out/shares",
      palimpsest: "palimpsest",
    },
    dependencies: { palimpsest: `file:${packed}` },
  };
  // For editors: cells are modules with `await` at their top.
  const compilerOptions = {
    target: "es2022",
    module: "esnext",
    moduleResolution: "bundler",
    strict: true,
    noEmit: true,
  };
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  return {
    "package.json": json(manifest),
    "tsconfig.json": json({ compilerOptions: { ...compilerOptions, skipLibCheck: true }, include: ["**/*.ts"] }),
    ".npmrc": "# Nothing here needs an install script; one would download CUDA files.\nignore-scripts=true\n",
    ".gitignore": "node_modules/\nout/\n.cache/\n.venv/\n",
  };
}

/** Text to begin with, out of packages that are here: what is known is English, what is new Korean. */
async function writeSamples(folder: string, { signal, onProgress }: Omit<NewStudyOptions, "dir">): Promise<void> {
  const languages = { old: "en", new: "ko" };
  const asked = { languages: Object.values(languages), heldOut: 0, maxBytes: SAMPLE, signal, onProgress };
  const { texts, source, licence } = await load({ name: "npm", ...asked });
  for (const [name, language] of Object.entries(languages)) {
    const rows = texts[language]!.train.map((text) => JSON.stringify({ text, source, licence }));
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, "sample.jsonl"), `${rows.join("\n")}\n`);
  }
}
