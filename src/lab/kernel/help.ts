/**
 * Help at a place in a cell (Shift+Tab). On a name: what it is. Between the braces of a call's options: which options there are,
 * with their types and what their comments say. Between its parentheses: the call.
 */
import ts from "typescript";
import { printQuickInfo } from "tslab/dist/inspect.js";
import type { Service } from "./service.js";

/** By MIME type. `at`: an offset in the file of this path, which the service has as it is now. */
export function helpAt(service: Service, path: string, at: number): Record<string, string> | undefined {
  const file = service.program().getSourceFile(path)!;
  const checker = service.program().getTypeChecker();
  const within = around(file, at);
  const [innermost] = within;
  const info = service.language.getQuickInfoAtPosition(path, at);
  if (info && !isKey(innermost)) return { "text/plain": printQuickInfo(info as never) };
  const options = within.find((node) => ts.isObjectLiteralExpression(node) || ts.isFunctionLike(node));
  if (options && ts.isObjectLiteralExpression(options) && at < options.getEnd()) {
    const type = checker.getContextualType(options);
    if (type) return optionsOf(type, options, checker, file);
  }
  const signature = service.language.getSignatureHelpItems(path, at, undefined);
  const item = signature?.items[signature.selectedItemIndex];
  if (!item) return undefined;
  const text = (parts: readonly ts.SymbolDisplayPart[] | undefined): string =>
    (parts ?? []).map((part) => part.text).join("");
  const parameters = item.parameters
    .map(({ displayParts }) => text(displayParts))
    .join(text(item.separatorDisplayParts));
  const declared = text(item.prefixDisplayParts) + parameters + text(item.suffixDisplayParts);
  const said = [
    text(item.documentation),
    ...item.parameters.map(({ name, documentation }) => {
      const words = text(documentation);
      return words && `${name}: ${words}`;
    }),
  ];
  return { "text/plain": [declared, ...said].filter((line) => line !== "").join("\n\n") };
}

/** The nodes around an offset, the innermost first. */
function around(file: ts.SourceFile, at: number): ts.Node[] {
  const found: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (at < node.getStart(file) || at > node.getEnd()) return;
    found.unshift(node);
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(file, visit);
  return found;
}

/** Whether it names an option, or is the text of one. */
function isKey(node: ts.Node | undefined): boolean {
  if (!node) return false;
  if (ts.isObjectLiteralExpression(node) || ts.isStringLiteralLike(node)) return true;
  return (
    (ts.isPropertyAssignment(node.parent) && node.parent.name === node) || ts.isShorthandPropertyAssignment(node.parent)
  );
}

/** Those that are not given yet come first, those that must be given before those that may. */
function optionsOf(
  type: ts.Type,
  given: ts.ObjectLiteralExpression,
  checker: ts.TypeChecker,
  file: ts.SourceFile,
): Record<string, string> | undefined {
  const kinds = type.isUnion() ? type.types : [type];
  const symbols = new Map(kinds.flatMap((kind) => checker.getPropertiesOfType(kind).map((each) => [each.name, each])));
  if (symbols.size === 0) return undefined;
  const named = new Set(given.properties.map(({ name }) => name?.getText(file)));
  const rows = [...symbols.values()].map((symbol) => {
    const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
    const whole = checker.getTypeOfSymbolAtLocation(symbol, given);
    const kind = typeText(checker.getNonNullableType(whole), checker);
    const said = ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, " ");
    const is = `${symbol.name}${optional ? "?" : ""}: ${kind}`;
    return { is, said, rank: (named.has(symbol.name) ? 2 : 0) + (optional ? 1 : 0) };
  });
  rows.sort((a, b) => a.rank - b.rank);
  const head = typeText(type, checker);
  const lines = rows.map(({ is, said }) => (said === "" ? is : `${is}\n    ${said}`));
  return { "text/plain": [head, "", ...lines].join("\n") };
}

/** Names that a registry has are written out. */
function typeText(type: ts.Type, checker: ts.TypeChecker): string {
  const { NoTruncation, UseAliasDefinedOutsideCurrentScope } = ts.TypeFormatFlags;
  const parts = type.isUnion() && type.types.some((each) => each.isStringLiteral()) ? type.types : [type];
  const texts = parts.map((each) =>
    checker.typeToString(each, undefined, NoTruncation | UseAliasDefinedOutsideCurrentScope),
  );
  return texts.filter((text) => text !== "string & Record<never, never>").join(" | ");
}
