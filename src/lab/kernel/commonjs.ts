/** JavaScript that runs: what is written with `import` and `export`, or in TypeScript, as CommonJS with its map. */
import ts from "typescript";

export interface CommonJs {
  code: string;
  /** The source map, as JSON. */
  map: string;
}

/** `file`: its ending says which language it is. */
export function toCommonJs(source: string, file: string): CommonJs {
  const { outputText, sourceMapText = "" } = ts.transpileModule(source, {
    fileName: file,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ES2022,
      jsx: ts.JsxEmit.React,
      esModuleInterop: true,
      experimentalDecorators: true,
      sourceMap: true,
      newLine: ts.NewLineKind.LineFeed,
    },
  });
  return { code: outputText.replace(/\n\/\/# sourceMappingURL=[^\n]*\s*$/, "\n"), map: sourceMapText };
}
