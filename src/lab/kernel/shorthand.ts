/**
 * `{ base }` for a variable of an earlier cell is compiled as `{ base: exports.base }`. tslab makes such names properties of its
 * exports, but not where they are both key and value of an object.
 */
import ts from "typescript";

/** `declared`: the files that declare earlier cells. */
export function spelledOut(program: ts.Program, declared: readonly string[]): ts.TransformerFactory<ts.SourceFile> {
  const checker = program.getTypeChecker();
  const isEarlier = (node: ts.ShorthandPropertyAssignment): boolean =>
    (checker.getShorthandAssignmentValueSymbol(node)?.declarations ?? []).some((each) => {
      const { fileName, isDeclarationFile } = each.getSourceFile();
      return isDeclarationFile && declared.includes(fileName);
    });
  return (context) => {
    const { factory } = context;
    const visit = (node: ts.Node): ts.Node => {
      if (!ts.isShorthandPropertyAssignment(node) || !isEarlier(node)) return ts.visitEachChild(node, visit, context);
      const value = factory.createPropertyAccessExpression(factory.createIdentifier("exports"), node.name.text);
      const initial = node.objectAssignmentInitializer && ts.visitNode(node.objectAssignmentInitializer, visit);
      return factory.createPropertyAssignment(
        node.name.text,
        initial ? factory.createAssignment(value, initial as ts.Expression) : value,
      );
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
