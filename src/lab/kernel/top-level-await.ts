/** Whether a cell awaits at its top (`await`, `for await`, `await using`), so that it runs as an async function. */
import ts from "typescript";

export function awaitsAtTop(source: string): boolean {
  if (!source.includes("await")) return false;
  // A module, so that `await` is a word of its language.
  return awaits(ts.createSourceFile("cell.ts", `export {};\n${source}`, ts.ScriptTarget.Latest));
}

/** Outside every function and class. */
function awaits(node: ts.Node): boolean {
  if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
  if (ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier)) return true;
  if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing)
    return true;
  return ts.forEachChild(node, awaits) ?? false;
}
