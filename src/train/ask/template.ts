/**
 * Templates of a task: text, `{{ expression }}` and `{% if %}`, in Jinja by @huggingface/jinja. An expression may name fields of
 * the document, with members, slices, calls and filters; what that package computes or prints in another way than Jinja does is
 * refused: other statements, `%`, `/`, numbers with a point, and lists, objects and nothing in the middle of a text.
 */
import { Environment, Interpreter, parse, tokenize } from "@huggingface/jinja";
import { printable, show } from "../../foreign.js";

export type Fields = Readonly<Record<string, unknown>>;
type Node = ReturnType<typeof parse>["body"][number];
type Value = ReturnType<Interpreter["evaluate"]>;

const words: Fields = { true: true, True: true, false: false, False: false, none: null, None: null };
const kinds = new Set(
  "Comment Identifier MemberExpression CallExpression FilterExpression SliceExpression BinaryExpression UnaryExpression Ternary SelectExpression TestExpression StringLiteral IntegerLiteral ArrayLiteral If".split(
    " ",
  ),
);
const filters = new Set(
  "trim join int length list string replace upper lower capitalize title first last default".split(" "),
);
const operators = new Set(["+", "-", "*", "~", "==", "!=", "<", ">", "<=", ">=", "and", "or", "in", "not in"]);

/** Where the package's words, or the program's own, say nothing of the template. */
const faults: Record<string, string> = {
  "Cannot call something": "it calls what is no function of the value",
  "Maximum call stack": "parentheses or brackets too deep in others",
};
const faultOf = ({ message }: Error): string =>
  Object.entries(faults).find(([start]) => message.startsWith(start))?.[1] ?? message;

/** Gives the text of a document, or what the expression is where the template is a single one. */
export function template(source: string): (fields: Fields) => unknown {
  const refuse = (what: string): Error => new Error(`task: invalid template: ${show(source)} (${printable(what)})`);
  const body = parsed(source, refuse).filter((node) => !isComment(node));
  const names = new Set<string>();
  for (const node of body) check(node, names, refuse);
  return (fields) => {
    const missing = [...names].find((name) => !Object.hasOwn(fields, name) && !Object.hasOwn(words, name));
    if (missing !== undefined) throw refuse(`the document has no ${missing}; it has ${Object.keys(fields).join(", ")}`);
    const env = new Environment();
    for (const name of names) indexed(env.set(name, Object.hasOwn(fields, name) ? fields[name] : words[name]));
    const interpreter = new Interpreter(env);
    const valueOf = (node: Node): Value => {
      try {
        return interpreter.evaluate(node, env);
      } catch (error) {
        throw refuse(faultOf(error as Error));
      }
    };
    const textOf = (nodes: readonly Node[]): string =>
      nodes
        .filter((node) => !isComment(node))
        .map((node) => {
          if (node.type === "If") {
            const { test, body: then, alternate } = node as Node & Branch;
            return textOf(valueOf(test).__bool__().value ? then : alternate);
          }
          const value = valueOf(node);
          if (value.type === "StringValue" || value.type === "IntegerValue") return String(value.value);
          throw refuse(`${called(value.type)} is no text`);
        })
        .join("");
    if (body.length !== 1 || body[0]!.type === "If") return textOf(body);
    const value = valueOf(body[0]!);
    if (value.type === "UndefinedValue") throw refuse("it is undefined");
    return plain(value);
  };
}

function parsed(source: string, refuse: (what: string) => Error): Node[] {
  try {
    // The package takes one newline off the end, as chat templates want it.
    return parse(tokenize(source.endsWith("\n") ? `${source}\n` : source)).body;
  } catch (error) {
    throw refuse(`it cannot be parsed: ${faultOf(error as Error)}`);
  }
}

interface Branch {
  test: Node;
  body: Node[];
  alternate: Node[];
}

const isComment = (node: Node): boolean => node.type === "Comment";

const called = (type: string): string => type.replace(/Value$/, "").toLowerCase();

/** Adds the names that the node reads. */
function check(node: Node, names: Set<string>, refuse: (what: string) => Error): void {
  if (!kinds.has(node.type)) throw refuse(`${called(node.type)}: it is not read here`);
  const parts = node as unknown as Record<string, unknown>;
  if (node.type === "Identifier") names.add(parts.value as string);
  if (node.type === "BinaryExpression") {
    const { value } = parts.operator as { value: string };
    if (!operators.has(value)) throw refuse(`${value}: it is not read here`);
  }
  for (const [name, part] of Object.entries(parts)) {
    if (name === "operator" || (node.type === "MemberExpression" && name === "property" && !parts.computed)) continue;
    if (name === "filter") {
      const filter = part as Node & { callee?: { value: string }; value?: string; args?: Node[] };
      const own = filter.callee?.value ?? filter.value!;
      if (!filters.has(own)) throw refuse(`filter ${own}: it is not read here`);
      for (const arg of filter.args ?? []) check(arg, names, refuse);
    } else if (name !== "test" || node.type !== "TestExpression")
      for (const each of [part].flat()) if (isNode(each)) check(each, names, refuse);
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";

/** A list of a document can look for a value, as Python's. */
function indexed(value: Value): void {
  if (value.type !== "ArrayValue") return;
  const list = value.value as Value[];
  const index = (wanted: unknown): number => {
    const at = list.findIndex((each) => each.value === wanted);
    if (at < 0) throw new Error(`${show(wanted)} is not in the list`);
    return at;
  };
  (value.builtins as Map<string, Value>).set("index", new Environment().set("index", index));
}

function plain(value: Value): unknown {
  if (value.type === "ArrayValue") return (value.value as Value[]).map(plain);
  if (value.type === "ObjectValue")
    return Object.fromEntries([...(value.value as Map<string, Value>)].map(([name, each]) => [name, plain(each)]));
  return value.value;
}
