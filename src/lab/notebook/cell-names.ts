/**
 * Which names a cell takes from earlier cells, which it leaves to later ones, and which of another cell's objects it
 * changes: read from its syntax, with the compiler's own scopes. Nothing runs, and other cells are not looked at.
 */
import ts from "typescript";

export interface CellNames {
  /** Names at the cell's top: of an import where it comes from, of any other undefined. */
  declares: Map<string, Imported | undefined>;
  /** Names that it does not make itself, each with the chains of properties that it is asked for: `charts` with ["lossCurves"]. */
  uses: Map<string, string[][]>;
  /** Those of the used names whose value it changes: assigns to, to a property of, or calls a method of that is known to. */
  changes: Set<string>;
  /** The cell without its comments and its layout. */
  code: string;
}

export interface Imported {
  module: string;
  /** What it is called there; "*" is all of it. */
  name: string;
}

/** Methods that change what they are called on: of arrays, maps and sets, and of a report, whose claims a later cell draws. */
const changers = new Set(
  "push pop shift unshift splice sort reverse fill copyWithin set add delete clear claim".split(" "),
);

/** Of a source that the compiler cannot go through (nested too deep), nothing but its text; the kernel will say what is wrong. */
export function namesOf(source: string): CellNames {
  try {
    return readNames(source);
  } catch {
    return { declares: new Map(), uses: new Map(), changes: new Set(), code: source };
  }
}

function readNames(source: string): CellNames {
  const name = "cell.ts";
  const options = { target: ts.ScriptTarget.ES2022, noLib: true, noResolve: true, types: [] };
  const file = ts.createSourceFile(name, `export {};\n${source}`, options.target, true);
  const host: ts.CompilerHost = {
    ...ts.createCompilerHost(options),
    getSourceFile: (path) => (path === name ? file : undefined),
    fileExists: (path) => path === name,
  };
  const checker = ts.createProgram([name], options, host).getTypeChecker();
  const declares = new Map(file.statements.flatMap(declaredBy));
  const uses = new Map<string, string[][]>();
  const changes = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && isReference(node) && !isOwn(checker, node)) {
      const { members, last } = chainFrom(node);
      uses.set(node.text, [...(uses.get(node.text) ?? []), members]);
      if (isChanged(last, members)) changes.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { declares, uses, changes, code: ts.createPrinter({ removeComments: true }).printFile(file) };
}

function declaredBy(statement: ts.Statement): [string, Imported | undefined][] {
  if (ts.isImportDeclaration(statement)) return importedBy(statement);
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.flatMap(({ name }) => boundBy(name)).map((name) => [name, undefined]);
  const { name } = statement as { name?: ts.Node };
  return name && ts.isIdentifier(name) ? [[name.text, undefined]] : [];
}

function importedBy({ importClause: clause, moduleSpecifier }: ts.ImportDeclaration): [string, Imported][] {
  const module = (moduleSpecifier as ts.StringLiteral).text;
  const found: [string, Imported][] = clause?.name ? [[clause.name.text, { module, name: "default" }]] : [];
  const named = clause?.namedBindings;
  if (named === undefined) return found;
  if (ts.isNamespaceImport(named)) return [...found, [named.name.text, { module, name: "*" }]];
  return [
    ...found,
    ...named.elements.map(({ name, propertyName }): [string, Imported] => [
      name.text,
      { module, name: (propertyName ?? name).text },
    ]),
  ];
}

/** The names of a pattern, `{ a, b: [c] }`. */
function boundBy(name: ts.BindingName): string[] {
  if (ts.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((each) => (ts.isBindingElement(each) ? boundBy(each.name) : []));
}

/** Whether the cell itself, at its top or in a function, makes what this name stands for. */
function isOwn(checker: ts.TypeChecker, node: ts.Identifier): boolean {
  const { parent } = node;
  const symbol = ts.isShorthandPropertyAssignment(parent)
    ? checker.getShorthandAssignmentValueSymbol(parent)
    : checker.getSymbolAtLocation(node);
  return (symbol?.declarations ?? []).some((each) => !isImported(each));
}

const isImported = (node: ts.Node): boolean =>
  ts.isImportSpecifier(node) || ts.isImportClause(node) || ts.isNamespaceImport(node);

/** A name that stands for a value or a type, and not the name of a property, of a label, or of what is declared. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isQualifiedName(parent)) return parent.left === node;
  if (ts.isBindingElement(parent)) return parent.initializer === node;
  if (isImported(parent) || ts.isExportSpecifier(parent)) return false;
  if (ts.isLabeledStatement(parent) || ts.isBreakOrContinueStatement(parent) || ts.isMetaProperty(parent)) return false;
  return (parent as { name?: ts.Node }).name !== node;
}

/** The properties that a name is asked for in a row, and the expression that they end in: `a.b.c` of `a`. */
function chainFrom(node: ts.Node): { members: string[]; last: ts.Node } {
  const members: string[] = [];
  let last = node;
  for (let { parent } = node; ; { parent } = parent) {
    if (ts.isPropertyAccessExpression(parent) && parent.expression === last) members.push(parent.name.text);
    else if (ts.isElementAccessExpression(parent) && parent.expression === last) members.push("[]");
    else if (ts.isQualifiedName(parent) && parent.left === last) members.push(parent.right.text);
    else if (!ts.isNonNullExpression(parent) && !ts.isParenthesizedExpression(parent)) return { members, last };
    last = parent;
  }
}

function isChanged(last: ts.Node, members: string[]): boolean {
  const { parent } = last;
  if (ts.isCallExpression(parent)) {
    if (parent.expression === last) return changers.has(members.at(-1) ?? "");
    return parent.arguments[0] === last && parent.expression.getText() === "Object.assign";
  }
  if (ts.isBinaryExpression(parent) && parent.left === last) return isAssignment(parent.operatorToken.kind);
  if (ts.isPrefixUnaryExpression(parent) || ts.isPostfixUnaryExpression(parent))
    return parent.operator === ts.SyntaxKind.PlusPlusToken || parent.operator === ts.SyntaxKind.MinusMinusToken;
  return ts.isDeleteExpression(parent);
}

const isAssignment = (kind: ts.SyntaxKind): boolean =>
  kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
