/**
 * `await (…)` and `for await` at the top of a cell. tslab finds an `await` there by the error that its compiler makes of it; of
 * one before a bracket it makes none, and of a loop it makes another. Whether a cell awaits is read from its syntax here.
 */
import { createRequire } from "node:module";
import type * as ts from "@tslab/typescript-for-tslab";
import type { Converter } from "tslab/dist/converter.js";

const fromTslab = createRequire(require.resolve("tslab/dist/converter.js"));
const compiler = fromTslab("@tslab/typescript-for-tslab") as typeof ts;

/** The converter, which knows of every `await` whether it is at the top. */
export function withAwaits(converter: Converter): Converter {
  return {
    ...converter,
    convert: (declared, source) => {
      const converted = converter.convert(declared, source);
      if (converted.output === undefined || converted.hasToplevelAwait) return converted;
      const file = compiler.createSourceFile("cell.ts", `export {};\n${source}`, compiler.ScriptTarget.Latest);
      return { ...converted, hasToplevelAwait: awaitsAtTop(file) };
    },
  };
}

/** Of the errors of a file, those that stay when loops may await at its top. */
export function withoutLoops(errors: readonly ts.Diagnostic[]): ts.Diagnostic[] {
  const loopOutsideAsync = 1103;
  return errors.filter(({ code, file, start }) => {
    if (code !== loopOutsideAsync || !file) return true;
    return !loopsAtTop(file).some((loop) => loop.awaitModifier!.getStart(file) === start);
  });
}

const awaitsAtTop = (file: ts.SourceFile): boolean =>
  nodesAtTop(file).some(compiler.isAwaitExpression) || loopsAtTop(file).length > 0;

const loopsAtTop = (file: ts.SourceFile): ts.ForOfStatement[] =>
  nodesAtTop(file)
    .filter(compiler.isForOfStatement)
    .filter(({ awaitModifier }) => awaitModifier !== undefined);

/** All that is in no function and no class. */
function nodesAtTop(node: ts.Node): ts.Node[] {
  const within: ts.Node[] = [];
  compiler.forEachChild(node, (child) => {
    if (!compiler.isFunctionLike(child) && !compiler.isClassLike(child)) within.push(child, ...nodesAtTop(child));
  });
  return within;
}
