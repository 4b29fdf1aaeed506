/** What the package declares is whole as the kernel sees it, which gives it a part of TensorFlow.js alone: what is missing would be `any` in cells. */
import assert from "node:assert/strict";
import { join, relative, sep } from "node:path";
import { test } from "node:test";
import ts from "typescript";
import { createService } from "../../src/lab/kernel/service.js";
import { root } from "./sources.js";

const dist = join(root, "dist");

/** The options of the kernel's compiler, but for skipLibCheck, which would hide what is looked for. */
const options: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  esModuleInterop: true,
  target: ts.ScriptTarget.ES2022,
  lib: ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"],
  experimentalDecorators: true,
  resolveJsonModule: true,
  skipLibCheck: false,
  noEmit: true,
  types: ["node"],
};

test("dist/index.d.ts and all it leads to compile under the kernel's TypeScript", () => {
  const files = [join(dist, "index.d.ts")];
  const program = createService({ folder: root, root, files, options, read: ts.sys.readFile }).program();
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
