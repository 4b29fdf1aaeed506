/** The guides: every block of code compiles as a cell, those that are marked `run` run, and their commands exist. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { fenced } from "./cells.js";
import { read, root } from "./sources.js";

const Asynchronous = async function () {}.constructor as new (
  ...words: string[]
) => (...given: unknown[]) => Promise<void>;
const folder = "notebooks/guides";
const guides = readdirSync(join(root, folder)).filter((name) => name.endsWith(".md") && name !== "README.md");

/** The blocks of a guide that are to be run, as one script: later ones go on with the names of earlier ones. */
function script(guide: string): string {
  const blocks = [...guide.matchAll(/^```ts run\n([^]*?)^```/gm)].map((block) => block[1]!);
  const imported = new Set(
    blocks.flatMap((block) =>
      [...block.matchAll(/^import \{ (.*) \} from "palimpsest";$/gm)].flatMap((names) => names[1]!.split(", ")),
    ),
  );
  const body = blocks.map((block) => block.replace(/^import .*\n/gm, "")).join("\n");
  const whole = `const { ${[...imported].join(", ")} } = palimpsest;\n${body}`;
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
  return ts.transpileModule(whole, { compilerOptions }).outputText;
}

test("there is a guide for each task, and the index names it", () => {
  assert.deepEqual(guides.sort(), [
    "cluster.md",
    "continue.md",
    "evaluate.md",
    "figure.md",
    "fit.md",
    "hand-off.md",
    "mix.md",
    "search.md",
    "widen.md",
  ]);
  for (const name of guides) assert.match(read(`${folder}/README.md`), new RegExp(`\\]\\(${name}\\)`));
});

for (const name of guides)
  test(`${name} is short, and what it says runs`, async () => {
    const guide = read(`${folder}/${name}`);
    assert.ok(guide.split("\n").length <= 60, "a guide is one page");
    assert.ok(fenced(guide, "ts").length > 0);
    if (!guide.includes("```ts run")) return;
    const printed: unknown[][] = [];
    const own = { log: (...words: unknown[]) => void printed.push(words) };
    const palimpsest = createRequire(join(root, "package.json"))("palimpsest") as object;
    await new Asynchronous("palimpsest", "console", script(guide))(palimpsest, own);
    assert.ok(printed.length > 0);
    assert.doesNotMatch(JSON.stringify(printed), /null|NaN|undefined/);
  });
