/**
 * JavaScript that runs: what is written with `import` and `export`, or in TypeScript, as CommonJS with its map. `import(…)` is
 * compiled to `require.load(…)`, since a script has none that looks from where it was written.
 */
import ts from "typescript";

export interface CommonJs {
  code: string;
  /** The source map, as JSON. */
  map: string;
  /** What it imports before it runs. */
  needs: string[];
}

/** `file`: its ending says which language it is. */
export function toCommonJs(source: string, file: string): CommonJs {
  const needs: string[] = [];
  const { outputText, sourceMapText = "" } = ts.transpileModule(source, {
    fileName: file,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      jsx: ts.JsxEmit.React,
      esModuleInterop: true,
      sourceMap: true,
      newLine: ts.NewLineKind.LineFeed,
    },
    transformers: { before: [loads], after: [(context) => collect(context, needs)] },
  });
  return { code: outputText.replace(/\n\/\/# sourceMappingURL=[^\n]*\s*$/, "\n"), map: sourceMapText, needs };
}

const loads: ts.TransformerFactory<ts.SourceFile> = (context) => {
  const { factory } = context;
  const visit = (node: ts.Node): ts.Node => {
    const inner = ts.visitEachChild(node, visit, context);
    if (!ts.isCallExpression(inner) || inner.expression.kind !== ts.SyntaxKind.ImportKeyword) return inner;
    const load = factory.createPropertyAccessExpression(factory.createIdentifier("require"), "load");
    return factory.updateCallExpression(inner, load, undefined, inner.arguments);
  };
  return (file) => ts.visitEachChild(file, visit, context);
};

/** What is required outside every function. */
function collect(context: ts.TransformationContext, needs: string[]): ts.Transformer<ts.SourceFile> {
  const visit = (node: ts.Node): ts.Node => {
    if (ts.isFunctionLike(node)) return node;
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && node.expression.text === "require") {
      const [name] = node.arguments;
      if (name && ts.isStringLiteralLike(name)) needs.push(name.text);
    }
    return ts.visitEachChild(node, visit, context);
  };
  return (file) => ts.visitEachChild(file, visit, context);
}
