/**
 * Changes to the bytes of a valid file. Each takes the bytes and gives changed ones, or nothing where it does not apply;
 * chance comes from the rng alone. Those that know JSON are in `json-mutators.ts`.
 */
import type { Rng } from "../../src/rng.js";
import { interestingNumbers, pick } from "./chance.js";
import type { Mutator } from "./types.js";

/** Bytes that one change adds at most. */
const most = 1 << 20;

const text = (bytes: string): Buffer => Buffer.from(bytes, "latin1");
const tokens = [
  ..."\0 \n \r\n \t \f \v \" ' , ; : . # & < > ( ) [ ] { } = \\ / - -- ``` %s ${} ../ ../../x null true NaN Infinity -Infinity __proto__ constructor".split(
    " ",
  ),
  ...["\ufeff", "\ufffd", "\u2028", "\u0085", "한", "👩‍👩‍👧", "\ud800"].map((each) => Buffer.from(each).toString("latin1")),
  ..."\xff \xc0\x80 \xed\xa0\x80 \x1f\x8b \x28\xb5\x2f\xfd PAR1 PALSHARD".split(" "),
].map(text);
/** What readers nest, opened and never closed, or closed at the end. */
const openers = [
  "[",
  "{",
  '{"a":',
  '[{"a":',
  "(",
  "<",
  "<div>",
  "<b><i>",
  "<!--",
  '"',
  '\\"',
  '""',
  "&",
  "((",
  "\n\n",
  "<|",
  "a ",
];
const closers: Record<string, string> = {
  "[": "]",
  '{"a":': "}",
  '[{"a":': "}]",
  "(": ")",
  "<div>": "</div>",
  "<": ">",
};

const join = (...parts: Uint8Array[]): Uint8Array => Buffer.concat(parts);

/** Two places in order, the second at most `longest` further. */
function span(bytes: Uint8Array, rng: Rng, longest = bytes.length): [number, number] {
  const from = rng.int(bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + rng.int(pick(rng, [4, 16, 256, longest])))];
}

function put(bytes: Uint8Array, from: number, to: number, by: Uint8Array): Uint8Array {
  return join(bytes.subarray(0, from), by, bytes.subarray(to));
}

/** A binary number of 1, 2, 4 or 8 bytes with an interesting value. */
function binaryNumber(rng: Rng): Uint8Array {
  const width = pick(rng, [1, 2, 4, 8]);
  const out = Buffer.alloc(8);
  const value = pick(rng, interestingNumbers);
  if (rng.int(4) === 0) out.writeDoubleLE(value);
  else
    out.writeBigInt64LE(
      BigInt.asIntN(64, BigInt(Number.isFinite(value) ? Math.trunc(Math.max(-1e18, Math.min(1e18, value))) : -1)),
    );
  return rng.int(2) === 0 ? out.subarray(0, width) : out.subarray(0, width).reverse();
}

export const byteMutators: Record<string, Mutator> = {
  "flip-bit": {
    summary: "one bit becomes the other",
    change({ bytes, rng }) {
      if (bytes.length === 0) return undefined;
      const out = Uint8Array.from(bytes);
      out[rng.int(out.length)]! ^= 1 << rng.int(8);
      return out;
    },
  },
  "set-byte": {
    summary: "one byte becomes any other",
    change({ bytes, rng }) {
      if (bytes.length === 0) return undefined;
      const out = Uint8Array.from(bytes);
      out[rng.int(out.length)] = pick(rng, [0, 1, 0x7f, 0x80, 0xff, rng.int(256)]);
      return out;
    },
  },
  "set-number": {
    summary: "some bytes become a binary number at an edge",
    change({ bytes, rng }) {
      const number = binaryNumber(rng);
      if (bytes.length < number.length) return undefined;
      const at =
        rng.int(4) === 0
          ? bytes.length - number.length - rng.int(Math.min(16, bytes.length - number.length + 1))
          : rng.int(bytes.length - number.length + 1);
      return put(bytes, at, at + number.length, number);
    },
  },
  "write-number": {
    summary: "a number in the text becomes one at an edge",
    change({ bytes, rng }) {
      const found = [
        ...Buffer.from(bytes)
          .toString("latin1")
          .matchAll(/-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g),
      ];
      if (found.length === 0) return undefined;
      const { index, 0: old } = pick(rng, found);
      const by = pick(rng, [
        ...interestingNumbers.map(String),
        "1e999",
        "0x10",
        "1_000",
        "1,5",
        "007",
        "--1",
        "9".repeat(400),
      ]);
      return put(bytes, index, index + old.length, text(by));
    },
  },
  truncate: {
    summary: "the end is cut off",
    change: ({ bytes, rng }) =>
      bytes.subarray(0, rng.int(2) === 0 ? rng.int(bytes.length + 1) : Math.max(0, bytes.length - 1 - rng.int(16))),
  },
  behead: {
    summary: "the beginning is cut off",
    change: ({ bytes, rng }) => bytes.subarray(rng.int(Math.min(bytes.length, 64) + 1)),
  },
  remove: {
    summary: "a span is taken out",
    change: ({ bytes, rng }) => put(bytes, ...span(bytes, rng), new Uint8Array()),
  },
  insert: {
    summary: "bytes are put in",
    change({ bytes, rng }) {
      const at = rng.int(bytes.length + 1);
      const by = Uint8Array.from({ length: 1 + rng.int(pick(rng, [1, 8, 64])) }, () => rng.int(256));
      return put(bytes, at, at, by);
    },
  },
  token: {
    summary: "something that means something is put in",
    change({ bytes, rng }) {
      const at = rng.int(bytes.length + 1);
      return put(bytes, at, rng.int(2) === 0 ? at : Math.min(bytes.length, at + 1 + rng.int(8)), pick(rng, tokens));
    },
  },
  duplicate: {
    summary: "a span stands twice",
    change({ bytes, rng }) {
      const [from, to] = span(bytes, rng);
      return put(bytes, to, to, bytes.subarray(from, to));
    },
  },
  swap: {
    summary: "two spans change places",
    change({ bytes, rng }) {
      const [a, b] = span(bytes, rng);
      if (b >= bytes.length) return undefined;
      const c = b + rng.int(bytes.length - b);
      const d = Math.min(bytes.length, c + 1 + rng.int(64));
      return join(
        bytes.subarray(0, a),
        bytes.subarray(c, d),
        bytes.subarray(b, c),
        bytes.subarray(a, b),
        bytes.subarray(d),
      );
    },
  },
  repeat: {
    summary: "a span stands many times",
    change({ bytes, rng }) {
      const [from, to] = span(bytes, rng, 64);
      if (from === to) return undefined;
      const times = Math.min(pick(rng, [10, 100, 1_000, 10_000, 100_000]), Math.floor(most / (to - from)));
      return put(bytes, to, to, Buffer.alloc((to - from) * times, bytes.subarray(from, to)));
    },
  },
  nest: {
    summary: "something that opens stands many times, closed or not",
    change({ bytes, rng }) {
      const opener = pick(rng, openers);
      const times = Math.min(pick(rng, [10, 100, 1_000, 10_000, 60_000]), Math.floor(most / 3 / opener.length));
      const close = rng.int(2) === 0 ? (closers[opener] ?? "") : "";
      const at = rng.int(bytes.length + 1);
      return put(bytes, at, at, text(opener.repeat(times) + pick(rng, ["", "1", "a"]) + close.repeat(times)));
    },
  },
  splice: {
    summary: "the beginning of one and the end of another",
    change: ({ bytes, rng, other }) =>
      join(bytes.subarray(0, rng.int(bytes.length + 1)), other.subarray(rng.int(other.length + 1))),
  },
};
