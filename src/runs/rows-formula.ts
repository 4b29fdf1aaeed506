/**
 * A column worked out of others: `C / (6 * N)`, `tokens_B * 1e9`, `"train/loss" * 0.6931`. Names as they stand in the file,
 * in double quotes where they are not plain words; + − * / ^ and brackets. Nothing else, and nothing is executed.
 */
export interface Formula {
  /** Columns it reads, in order of first sight. */
  columns: string[];
  /** Its value, given one number for each of `columns`. */
  value(numbers: readonly number[]): number;
}

type Node = (numbers: readonly number[]) => number;

export function formula(text: string): Formula {
  const tokens = text.match(/"[^"]*"|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[\p{L}_][\p{L}\p{N}_.]*|\S/gu) ?? [];
  const columns: string[] = [];
  let at = 0;
  const fail = (): never => {
    const there = tokens[at] === undefined ? "its end" : JSON.stringify(tokens[at]);
    throw new Error(
      `runs.rows: invalid formula: ${text}: cannot read ${there} (names, numbers, + - * / ^ and brackets; quote other names)`,
    );
  };
  const column = (name: string): Node => {
    if (!columns.includes(name)) columns.push(name);
    const k = columns.indexOf(name);
    return (numbers) => numbers[k]!;
  };
  const atom = (): Node => {
    const token = tokens[at] ?? fail();
    if (token === "(") {
      at++;
      const inner = sum();
      if (tokens[at] !== ")") fail();
      at++;
      return inner;
    }
    if (token === "-") {
      at++;
      const inner = power();
      return (numbers) => -inner(numbers);
    }
    if (/^[\d.]/.test(token) && token !== ".") {
      at++;
      return () => Number(token);
    }
    if (!/^["\p{L}_]/u.test(token) || token === '"') fail();
    at++;
    return column(token.startsWith('"') ? token.slice(1, -1) : token);
  };
  const power = (): Node => {
    const base = atom();
    if (tokens[at] !== "^") return base;
    at++;
    const exponent = power();
    return (numbers) => base(numbers) ** exponent(numbers);
  };
  const chain = (next: () => Node, signs: Record<string, (a: number, b: number) => number>): Node => {
    let left = next();
    while (tokens[at] !== undefined && Object.hasOwn(signs, tokens[at]!)) {
      const [join, a] = [signs[tokens[at++]!]!, left];
      const b = next();
      left = (numbers) => join(a(numbers), b(numbers));
    }
    return left;
  };
  const product = (): Node => chain(power, { "*": (a, b) => a * b, "/": (a, b) => a / b });
  const sum = (): Node => chain(product, { "+": (a, b) => a + b, "-": (a, b) => a - b });
  const value = sum();
  if (at < tokens.length) fail();
  return { columns, value };
}
