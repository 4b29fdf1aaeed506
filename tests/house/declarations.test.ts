/** What the package declares is readable by the kernel's TypeScript, 5.0.4: types that it cannot parse would be `any` in cells. */
import assert from "node:assert/strict";
import { join, relative, sep } from "node:path";
import { test } from "node:test";
import * as ts from "@tslab/typescript-for-tslab";
import { root } from "./sources.js";

const dist = join(root, "dist");

/** The options of tslab's converter, but for skipLibCheck, which would hide what is looked for. */
const options: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Node10,
  esModuleInterop: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2022.d.ts"],
  experimentalDecorators: true,
  resolveJsonModule: true,
  skipLibCheck: false,
  noEmit: true,
  types: ["node"],
};

test("dist/index.d.ts and all it leads to compile under the kernel's TypeScript", () => {
  const program = ts.createProgram([join(dist, "index.d.ts")], options);
  const ours = program.getSourceFiles().filter(({ fileName }) => fileName.startsWith(dist.split(sep).join("/")));
  assert.ok(ours.length > 10, `only ${ours.length} declaration files are reached from dist/index.d.ts`);
  const faults = ours.flatMap((file) =>
    [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((fault) => {
      const line = file.getLineAndCharacterOfPosition(fault.start ?? 0).line + 1;
      return `${relative(root, file.fileName)}:${line}: ${ts.flattenDiagnosticMessageText(fault.messageText, " ")}`;
    }),
  );
  assert.deepEqual(faults, []);
});
