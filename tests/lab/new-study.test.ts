/** `palimpsest init`: the folder that it makes, the package that it carries, and that its recipes and its sweep train. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, test } from "node:test";
import { gunzipSync } from "node:zlib";
import { environment } from "../../src/environment.js";
import { newStudy } from "../../src/lab/new-study.js";
import { expand, sweep } from "../../src/sweep/index.js";
import { parseRecipe, runRecipe, type Recipe } from "../../src/train/index.js";
import { palimpsests } from "../cli/palimpsest.js";
import { temporaryFolder } from "./fixture.js";

const study = join(temporaryFolder(), "my-study");
mkdirSync(study); // an empty folder does as well as none
const json = (path: string): unknown => JSON.parse(readFileSync(join(study, path), "utf8"));
let files: string[];
before(async () => {
  files = await newStudy({ dir: study });
});

/** The names in an npm tarball. */
function namesIn(tarball: Buffer): string[] {
  const tar = gunzipSync(tarball);
  const field = (at: number, length: number): string => tar.toString("utf8", at, at + length).replace(/\0.*$/s, "");
  const names: string[] = [];
  for (let at = 0; at < tar.length && tar[at] !== 0;) {
    const [prefix, name] = [field(at + 345, 155), field(at, 100)];
    names.push(prefix ? `${prefix}/${name}` : name);
    at += 512 + Math.ceil(parseInt(field(at + 124, 12), 8) / 512) * 512;
  }
  return names;
}

test("a study has a notebook, recipes, text and the package that it installs", () => {
  const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8")) as { version: string };
  const tarball = `palimpsest-${version}.tgz`;
  assert.deepEqual(files, [
    ".gitignore",
    ".npmrc",
    "README.md",
    "notebooks/first-question.ipynb",
    "package.json",
    tarball,
    "recipes/base.json",
    "recipes/continue.json",
    "recipes/shares.json",
    "texts/new/sample.jsonl",
    "texts/old/sample.jsonl",
    "tsconfig.json",
  ]);
  assert.deepEqual((json("package.json") as { dependencies: object }).dependencies, { palimpsest: `file:${tarball}` });
  assert.deepEqual(readdirSync(join(study, "..")), ["my-study"], "nothing is left beside it");
  for (const name of files.filter((each) => !each.endsWith(".tgz")))
    assert.doesNotMatch(readFileSync(join(study, name), "utf8"), /npx/, "before an install npx would ask a registry");
});

test("the package holds what runs and what is read, and no more", () => {
  const names = namesIn(
    readFileSync(
      join(
        study,
        files.find((name) => name.endsWith(".tgz"))!,
      ),
    ),
  );
  const wanted =
    /^package\/(package\.json|README\.md|LICENSE|CHANGELOG\.md|environment\.md|dist\/.*\.(js|d\.ts)|notebooks\/.*\.(ipynb|svg|md|json)|datasets\/.*|src\/lab\/jupyter\/papermill\/.*\.(py|toml)|node_modules\/@codingame\/.*)$/;
  assert.deepEqual(
    names.filter((name) => !wanted.test(name) || /ready\.cjs|\btests?\//.test(name)),
    [],
  );
  const needed = ["dist/cli/main.js", "dist/index.d.ts", "dist/lab/kernel/kernel.js", "notebooks/00-tour.ipynb"];
  for (const name of [...needed, "notebooks/study/recipes/base.json"])
    assert.ok(names.includes(`package/${name}`), name);
});

test("the package is the one that npm would pack", (t) => {
  const words = ["pack", "--dry-run", "--json", "--ignore-scripts"];
  const options = { cwd: join(__dirname, "../.."), encoding: "utf8", env: environment() } as const;
  const { stdout, stderr, status } = spawnSync("npm", words, options);
  if (status !== 0) return t.skip(`npm does not pack here: ${stderr.slice(0, 200)}`);
  const [{ files: npms }] = Object.values(JSON.parse(stdout)) as [{ files: { path: string }[] }];
  const ours = namesIn(
    readFileSync(
      join(
        study,
        files.find((name) => name.endsWith(".tgz"))!,
      ),
    ),
  );
  assert.deepEqual(ours.sort(), npms.map(({ path }) => `package/${path}`).sort());
});

test("its notebook and its recipes find the texts from where they stand", () => {
  const readers = [
    "notebooks/first-question.ipynb",
    "recipes/base.json",
    "recipes/continue.json",
    "recipes/shares.json",
  ];
  for (const reader of readers) {
    const paths = readFileSync(join(study, reader), "utf8").match(/(?<=")[./]*texts\/\w+/g) ?? [];
    assert.ok(paths.length > 0, reader);
    for (const path of paths) assert.ok(existsSync(join(study, reader, "..", path)), `${reader}: ${path}`);
  }
});

test("its recipes train one after the other, and its sweep from the first", async () => {
  const [dir, recipes] = [join(study, "out"), join(study, "recipes")];
  for (const name of ["old", "new"].map((each) => join(study, "texts", each, "sample.jsonl")))
    writeFileSync(name, readFileSync(name, "utf8").split("\n").slice(0, 12).join("\n"));
  const shorter = (recipe: object): object => ({ ...recipe, steps: 2, batch: 2, evaluate: { at: [2], bytes: 2000 } });
  const runOf = (name: string): ReturnType<typeof runRecipe> => {
    const recipe: Recipe = parseRecipe(shorter(json(`recipes/${name}.json`) as object));
    return runRecipe({ recipe, dir: join(dir, name), from: recipes });
  };
  assert.equal((await runOf("base")).steps.length, 2);
  const { evaluations, model } = await runOf("continue");
  assert.deepEqual(evaluations.map(({ domain }) => domain).sort(), ["new", "old"]);
  assert.equal(model.tokenizer.size, 1024 + 256);

  const { recipe, vary } = json("recipes/shares.json") as {
    recipe: object;
    vary: { mixture: object[]; seed: number[] };
  };
  assert.equal(expand({ recipe, vary }).length, 6);
  const few = { mixture: vary.mixture.slice(1, 2), seed: vary.seed.slice(0, 1) };
  const jobs = expand({ recipe: shorter(recipe), vary: few });
  const { rows } = await sweep({ jobs, dir: join(dir, "shares"), from: recipes, processes: 1 });
  assert.deepEqual(
    rows.map((row) => row?.status),
    ["finished"],
  );
});

test("nothing is overwritten: a folder with a file in it, or a file, is refused in one line", () => {
  const folder = temporaryFolder();
  const full = join(folder, "full");
  mkdirSync(full);
  writeFileSync(join(full, ".hidden"), "mine");
  const ran = palimpsests([
    ["init", full],
    ["init", join(full, ".hidden")],
  ]);
  assert.deepEqual(
    ran.map(({ status }) => status),
    [2, 2],
  );
  assert.match(ran[0]!.stderr, /^palimpsest init: invalid dir: .*full is not empty \(name a new folder, .*\)\n$/);
  assert.match(ran[1]!.stderr, /\.hidden is a file/);
  assert.equal(readFileSync(join(full, ".hidden"), "utf8"), "mine");
  assert.ok(!existsSync(join(full, "package.json")));
});
