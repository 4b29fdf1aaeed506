/** Changes to JSON, whole or one line of it, that leave it JSON (or Python's, with NaN): other values, names, types and depths. */
import { isDeeper } from "../../src/foreign.js";
import type { Rng } from "../../src/rng.js";
import { interestingNumbers, pick } from "./chance.js";
import type { Mutator } from "./types.js";

type Holder = Record<string, unknown>;
/** A value's place: what it stands in, and under which name or number. */
type Place = [Holder, string];

/** Stands where text is put in that no JSON value gives. */
const raw = "\u0001raw\u0001";
const names = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "length",
  "",
  "0",
  "-1",
  "__proto__.x",
  "a.b",
  "../x",
  "then",
];
const strings = [
  "",
  " ",
  "0",
  "NaN",
  "true",
  "__proto__",
  "toString",
  "\0",
  "\n",
  "\u2028",
  "\ud800",
  "../../x",
  "/dev/zero",
  "한",
  "a".repeat(1000),
  "[".repeat(5000),
];

function places(root: Holder): Place[] {
  const found: Place[] = [];
  const open: Holder[] = [root];
  for (let holder = open.pop(); holder !== undefined; holder = open.pop())
    for (const [key, value] of Object.entries(holder)) {
      found.push([holder, key]);
      if (typeof value === "object" && value !== null) open.push(value as Holder);
    }
  return found;
}

/** Own, even where the name is `__proto__`. */
function set(holder: Holder, key: string, value: unknown): void {
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function strange(rng: Rng): unknown {
  return pick<() => unknown>(rng, [
    () => null,
    () => pick(rng, [true, false]),
    () => pick(rng, strings),
    () => pick(rng, interestingNumbers.filter(Number.isFinite)),
    () => [],
    () => ({}),
    () => [pick(rng, interestingNumbers.filter(Number.isFinite))],
    () => ({ [pick(rng, ["a", "toString", "then", "length", "type"])]: pick(rng, [1, "x", null]) }),
    () => Array.from({ length: pick(rng, [10, 1000, 20_000]) }, () => 0),
  ])();
}

/** `edit` changes the tree, which stands in `{ "": value }`, and may give text to stand for `raw`. */
const inJson = (edit: (root: Holder, rng: Rng) => string | void): Mutator["change"] => {
  return ({ bytes, rng }) => {
    if (bytes.length > 1 << 18) return undefined;
    const text = Buffer.from(bytes).toString("utf8");
    const lines = text.split("\n");
    const at = lines.length > 1 && parsed(text) === undefined ? rng.int(lines.length) : undefined;
    const value = parsed(at === undefined ? text : lines[at]!);
    if (value === undefined || isDeeper(value, 1000)) return undefined;
    const root: Holder = { "": value };
    const by = edit(root, rng);
    const written = JSON.stringify(root[""]) ?? "null";
    const changed = by === undefined ? written : written.replace(JSON.stringify(raw), () => by);
    if (at === undefined) return Buffer.from(changed);
    lines[at] = changed;
    return Buffer.from(lines.join("\n"));
  };
};

function parsed(text: string): unknown {
  if (!/^\s*[[{"\d]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export const jsonMutators: Record<string, Mutator> = {
  "json-value": {
    summary: "a value becomes another, of the same or another type",
    change: inJson((root, rng) => set(...pick(rng, places(root)), strange(rng))),
  },
  "json-number": {
    summary: "a number becomes one at an edge",
    change: inJson((root, rng) => {
      const numbers = places(root).filter(([holder, key]) => typeof holder[key] === "number");
      if (numbers.length === 0) return undefined;
      set(...pick(rng, numbers), raw);
      return pick(rng, [...interestingNumbers.map(String), "1e999", "-0", "0.1e-999", "9".repeat(400)]);
    }),
  },
  "json-delete": {
    summary: "a name or an element is taken out",
    change: inJson((root, rng) => {
      const [holder, key] = pick(rng, places(root));
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else if (holder !== root) delete holder[key];
    }),
  },
  "json-rename": {
    summary: "a name becomes another",
    change: inJson((root, rng) => {
      const [holder, key] = pick(rng, places(root));
      if (holder === root || Array.isArray(holder)) return;
      const value = holder[key];
      delete holder[key];
      set(holder, pick(rng, [...names, key.toUpperCase(), `${key} `, `${key}s`]), value);
    }),
  },
  "json-add": {
    summary: "a name is added",
    change: inJson((root, rng) => {
      const objects = places(root)
        .map(([holder, key]) => holder[key])
        .filter((value) => typeof value === "object" && value !== null);
      if (objects.length === 0) return;
      const holder = pick(rng, objects) as Holder;
      if (Array.isArray(holder)) holder.push(strange(rng));
      else set(holder, pick(rng, names), pick(rng, [strange(rng), { polluted: true }, { x: { polluted: 1 } }]));
    }),
  },
  "json-duplicate": {
    summary: "a value stands where another stood, or an element many times",
    change: inJson((root, rng) => {
      const all = places(root);
      const [from, key] = pick(rng, all);
      const [holder, at] = pick(rng, all);
      const copy = structuredClone(from[key]);
      if (!Array.isArray(holder)) return set(holder, at, copy);
      const size = JSON.stringify(copy)?.length ?? 1;
      for (let times = Math.min(pick(rng, [1, 10, 1000, 30_000]), Math.floor(200_000 / size)); times > 0; times--)
        holder.push(copy);
    }),
  },
  "json-nest": {
    summary: "a value lies deep in lists or objects",
    change: inJson((root, rng) => {
      const [holder, key] = pick(rng, places(root));
      const inner = JSON.stringify(holder[key]) ?? "null";
      set(holder, key, raw);
      const depth = pick(rng, [2, 60, 100, 500, 5_000, 50_000]);
      return rng.int(2) === 0
        ? "[".repeat(depth) + inner + "]".repeat(depth)
        : '{"a":'.repeat(depth) + inner + "}".repeat(depth);
    }),
  },
};
