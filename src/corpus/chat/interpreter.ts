/**
 * The package's interpreter where it does otherwise than Jinja does, in what chat templates use: stripping of given characters,
 * text + what is no text, equality of values of different kinds, `selectattr` for what is missing. What prints a list, an object or a number
 * with a point is refused, for those look otherwise in Python.
 */
import { Environment, Interpreter } from "@huggingface/jinja";

/** What the package's own types do not reach: a node of the parsed template, and a value of the interpreter's. */
interface Node {
  type: string;
}
type Parts = Node & Record<string, unknown>;
interface Value {
  type: string;
  value: unknown;
}

const Base = Interpreter as unknown as new (env: Environment) => {
  run(program: unknown): Value;
  evaluate(node: Node | undefined, env: Environment): Value;
};

/** A JavaScript value as the interpreter has it. */
const valueOf = (given: unknown): Value => new Environment().set("given", given) as Value;

/** What a parsed template prints. */
export function run(program: { type: string }, env: Environment): string {
  const printed = new WeakSet<object>();
  prepare(program as Parts, printed);
  return new Strict(env, printed).run(program).value as string;
}

class Strict extends Base {
  constructor(
    env: Environment,
    private readonly printed: WeakSet<object>,
  ) {
    super(env);
  }

  override evaluate(node: Node | undefined, env: Environment): Value {
    if (node?.type === "Evaluated") return (node as Parts).value as Value;
    const value = this.otherwise(node as Parts | undefined, env) ?? super.evaluate(node, env);
    if (node && this.printed.has(node) && /^(Array|Tuple|Object|Namespace|Float)Value$/.test(value.type))
      throw new Error(
        `it prints a ${value.type.replace("Value", "").toLowerCase()}, which looks otherwise in Python (use tojson)`,
      );
    return value;
  }

  private otherwise(node: Parts | undefined, env: Environment): Value | undefined {
    if (node?.type === "BinaryExpression") return this.binary(node, env);
    if (node?.type !== "CallExpression") return undefined;
    const { callee, args } = node as unknown as { callee: Parts; args: Node[] };
    const method =
      callee.type === "MemberExpression" && !callee.computed ? (callee.property as { value: string }).value : "";
    if (!/^[lr]?strip$/.test(method)) return undefined;
    const text = this.evaluate(callee.object as Node, env);
    if (text.type !== "StringValue") return undefined;
    const given = args[0] && this.evaluate(args[0], env);
    return valueOf(
      strip(text.value as string, method, given?.type === "StringValue" ? (given.value as string) : undefined),
    );
  }

  private binary(node: Parts, env: Environment): Value | undefined {
    const operator = (node.operator as { value: string }).value;
    if (!["+", "==", "!="].includes(operator)) return undefined;
    const [left, right] = [this.evaluate(node.left as Node, env), this.evaluate(node.right as Node, env)];
    if (operator !== "+") return valueOf(same(left, right) === (operator === "=="));
    if ((left.type === "StringValue") !== (right.type === "StringValue"))
      throw new Error(`it adds ${called(left)} and ${called(right)}`);
    const known = (value: Value): Node => ({ type: "Evaluated", value }) as Node;
    return super.evaluate({ ...node, left: known(left), right: known(right) } as Node, env);
  }
}

const called = ({ type }: Value): string => type.replace("Value", "").toLowerCase();

/** White space as Python has it, where no characters are given. */
function strip(
  text: string,
  method: string,
  characters = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
): string {
  const [all, set] = [[...text], new Set(characters)];
  let [from, to] = [0, all.length];
  if (method !== "rstrip") while (from < to && set.has(all[from]!)) from++;
  if (method !== "lstrip") while (to > from && set.has(all[to - 1]!)) to--;
  return all.slice(from, to).join("");
}

const numeric = new Set(["IntegerValue", "FloatValue", "BooleanValue"]);

function same(a: Value, b: Value): boolean {
  if (numeric.has(a.type) && numeric.has(b.type)) return Number(a.value) === Number(b.value);
  if (a.type !== b.type) return false;
  if (a.type === "ArrayValue") {
    const [one, other] = [a.value as Value[], b.value as Value[]];
    return one.length === other.length && one.every((each, i) => same(each, other[i]!));
  }
  if (a.type === "ObjectValue") {
    const [one, other] = [a.value as Map<string, Value>, b.value as Map<string, Value>];
    return one.size === other.size && [...one].every(([key, each]) => other.has(key) && same(each, other.get(key)!));
  }
  return a.value === b.value;
}

/** Marks what blocks print, and turns `selectattr` for what is undefined into its opposite for what is defined. */
function prepare(node: Parts, printed: WeakSet<object>): void {
  if (node.type === "FilterExpression") {
    const { callee, args } = node.filter as { callee?: { value: string }; args?: { value: unknown }[] };
    const test = args?.[1];
    if (callee && /^(select|reject)attr$/.test(callee.value) && test?.value === "undefined") {
      callee.value = callee.value === "selectattr" ? "rejectattr" : "selectattr";
      test.value = "defined";
    }
  }
  for (const [name, part] of Object.entries(node)) {
    for (const each of [part].flat()) {
      if (typeof each !== "object" || each === null || typeof (each as Node).type !== "string") continue;
      if (["body", "alternate", "defaultBlock"].includes(name)) printed.add(each as object);
      prepare(each as Parts, printed);
    }
  }
}
