/** safetensors: what we write Python reads and the reverse, and no header is believed further than the file bears it out. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import fc from "../property.js";
import { readSafetensors, writeSafetensors } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import type { Weights } from "../../src/types.js";
import { oracle, pythonHas } from "../python.js";

const dir = mkdtempSync(join(tmpdir(), "palimpsest-safetensors-"));
after(() => rmSync(dir, { recursive: true }));
const at = (name: string): string => join(dir, name);
const python = pythonHas("torch", "safetensors");
const skip = python ? false : "python3 with torch and safetensors is not here";

const random = rng(4);
const array = (shape: number[]): Weights[string] => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
});
const sample = (): Weights => ({
  "b.weight": array([3, 5]),
  "a.weight": array([7]),
  scalar: array([]),
  none: array([0, 4]),
  "ä 字": array([2]),
});

test("what is written is read back, names, shapes, bytes and metadata", () => {
  const weights = sample();
  weights["b.weight"]!.data.set([NaN, Infinity, -0, 1e-42]);
  writeSafetensors(at("own"), weights, { metadata: { format: "pt", step: "7" } });
  const back = readSafetensors(at("own"));
  assert.deepEqual(back.metadata, { format: "pt", step: "7" });
  assert.deepEqual(Object.keys(back.weights).sort(), Object.keys(weights).sort());
  for (const [name, { shape, data }] of Object.entries(weights))
    assert.deepEqual(back.weights[name], { shape, data }, name);
  writeSafetensors(at("own2"), back.weights, { metadata: { format: "pt", step: "7" } });
  assert.deepEqual(readFileSync(at("own2")), readFileSync(at("own")));
});

test("a view into a larger buffer is written alone, and a wrong shape is refused before the file is touched", () => {
  const whole = Float32Array.of(0, 1, 2, 3, 4, 5);
  writeSafetensors(at("view"), { x: { shape: [2], data: whole.subarray(2, 4) } });
  assert.deepEqual(readSafetensors(at("view")).weights.x, { shape: [2], data: Float32Array.of(2, 3) });
  assert.throws(
    () => writeSafetensors(at("bad"), { x: { shape: [3], data: whole } }),
    /^Error: writeSafetensors: invalid weights: x has 6 values, its shape \[3\] has 3$/,
  );
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.includes("bad")),
    [],
  );
});

test("Python reads what we write", { skip }, () => {
  const weights = sample();
  writeSafetensors(at("for-python"), weights);
  const code = `
import json, sys
from safetensors import safe_open
with safe_open(sys.argv[1], "np") as f:
    out = {k: [list(f.get_tensor(k).shape), f.get_tensor(k).flatten().tolist(), str(f.get_tensor(k).dtype)] for k in f.keys()}
    print(json.dumps({"tensors": out, "metadata": f.metadata()}))
`;
  const { status, stdout, stderr } = spawnSync("python3", [oracle, "-c", code, at("for-python")], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { tensors, metadata } = JSON.parse(stdout) as {
    tensors: Record<string, [number[], number[], string]>;
    metadata: object;
  };
  assert.deepEqual(metadata, { format: "pt" });
  const ours = Object.fromEntries(
    Object.entries(weights).map(([name, { shape, data }]) => [name, [shape, [...data], "float32"]]),
  );
  assert.deepEqual(tensors, ours);
});

test("we read what Python writes: float32, float16 and bfloat16, denormals and infinities too", { skip }, () => {
  const code = `
import json, sys, torch
from safetensors.torch import save_file
torch.manual_seed(0)
special = torch.tensor([0.0, -0.0, 1.0, -2.5, 65504.0, 6e-8, -6e-5, float("inf"), -float("inf"), 1e-30, 3.4e38, float("nan")])
x = torch.cat([special, torch.randn(500), torch.randn(200) * 1e-5])
tensors = {"f32": x, "f16": x.half(), "bf16": x.bfloat16(), "m": torch.randn(3, 4).half()}
save_file(tensors, sys.argv[1], metadata={"made": "by Python"})
print(json.dumps({k: [list(v.shape), [str(n) for n in v.float().flatten().tolist()]] for k, v in tensors.items()}))
`;
  const { status, stdout, stderr } = spawnSync("python3", [oracle, "-c", code, at("by-python")], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const { weights, metadata } = readSafetensors(at("by-python"));
  assert.deepEqual(metadata, { made: "by Python" });
  const theirs = JSON.parse(stdout) as Record<string, [number[], string[]]>;
  const number = (text: string): number => ({ inf: Infinity, "-inf": -Infinity, nan: NaN })[text] ?? Number(text);
  for (const [name, [shape, values]] of Object.entries(theirs)) {
    assert.deepEqual(weights[name]!.shape, shape);
    values.forEach((value, i) =>
      assert.ok(
        Object.is(weights[name]!.data[i], number(value)),
        `${name}[${i}] is ${weights[name]!.data[i]}, expected ${value}`,
      ),
    );
  }
});

/** A file with this header (text, or an object to be written as JSON) and so many bytes of data. */
function forge(header: unknown, dataBytes: number, claimed?: number): string {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(claimed ?? text.length));
  writeFileSync(at("forged"), Buffer.concat([length, text, Buffer.alloc(dataBytes)]));
  return at("forged");
}
const entry = (begin: number, end: number, shape: unknown = [(end - begin) / 4], dtype: unknown = "F32") => ({
  dtype,
  shape,
  data_offsets: [begin, end],
});

const lies: Record<string, [string | (() => string), RegExp]> = {
  "no file": [at("absent"), /cannot be opened: ENOENT/],
  "a folder": [dir, /it is not a file/],
  "a pipe": [() => (execFileSync("mkfifo", [at("pipe")]), at("pipe")), /it is not a file/],
  "a Git LFS pointer": [
    () => (writeFileSync(at("forged"), "version https://git-lfs.github.com/spec/v1\noid sha256:0\n"), at("forged")),
    /it is a Git LFS pointer; fetch the file it stands for/,
  ],
  "a pickle under this name": [
    () => (writeFileSync(at("forged"), Buffer.from("PK\u0003\u0004\0\0\u0008\u0008archive/data.pkl")), at("forged")),
    /its header claims \d+ bytes/,
  ],
  "a tensor called __proto__": [
    () => forge(`{"__proto__": ${JSON.stringify(entry(0, 8))}}`, 8),
    /a tensor is called __proto__; JavaScript has its own use/,
  ],
  "an empty file": [() => (writeFileSync(at("forged"), ""), at("forged")), /0 bytes, too short for a header/],
  "half a length": [() => (writeFileSync(at("forged"), "1234"), at("forged")), /4 bytes, too short for a header/],
  "a header longer than the file": [() => forge({}, 0, 1000), /its header claims 1000 bytes, the file has 10/],
  "a header of 2^64 − 1 bytes": [
    () => (writeFileSync(at("forged"), Buffer.alloc(16, 0xff)), at("forged")),
    /its header claims 18446744073709552000 bytes/,
  ],
  "a header that is not JSON": [() => forge("{ nonsense", 0), /its header is not JSON/],
  "a header of null": [() => forge("null", 0), /its header is not an object/],
  "a header that is a list": [() => forge("[]", 0), /its header is not an object/],
  "a null entry": [() => forge({ x: null }, 0), /x is undefined; F32, F16 and BF16 are read/],
  "a number for an entry": [() => forge({ x: 3 }, 0), /x is undefined; F32/],
  "an unknown dtype": [() => forge({ x: entry(0, 8, [1], "F64") }, 8), /x is "F64"; F32, F16 and BF16 are read/],
  "a dtype from Object.prototype": [() => forge({ x: entry(0, 8, [1], "toString") }, 8), /x is "toString"; F32/],
  "a dtype that is a list": [() => forge({ x: entry(0, 8, [2], ["F32"]) }, 8), /x is \["F32"\]; F32/],
  "a shape that is no list": [() => forge({ x: entry(0, 8, 2) }, 8), /x has no valid shape/],
  "a negative size": [() => forge({ x: entry(0, 8, [-1, -2]) }, 8), /x has no valid shape/],
  "a fractional size": [() => forge({ x: entry(0, 8, [0.5, 4]) }, 8), /x has no valid shape/],
  "a huge shape": [
    () => forge({ x: entry(0, 8, [2 ** 40, 2 ** 40]) }, 8),
    /x has 8 bytes, its shape \[1099511627776,1099511627776\] needs/,
  ],
  "huge offsets": [() => forge({ x: entry(0, 2 ** 50) }, 8), /x ends at byte 1125899906842624 of 8: truncated/],
  "negative offsets": [() => forge({ x: entry(-8, 0) }, 8), /x has no valid offsets/],
  "offsets the wrong way round": [() => forge({ x: entry(8, 0, [2]) }, 8), /x has no valid offsets/],
  "one offset": [() => forge({ x: { dtype: "F32", shape: [2], data_offsets: [0] } }, 8), /x has no valid offsets/],
  "no offsets": [() => forge({ x: { dtype: "F32", shape: [2] } }, 8), /x has no valid offsets/],
  "a shape smaller than its bytes": [() => forge({ x: entry(0, 8, [1]) }, 8), /x has 8 bytes, its shape \[1\] needs 4/],
  "the wrong dtype for its bytes": [
    () => forge({ x: entry(0, 8, [2], "F16") }, 8),
    /x has 8 bytes, its shape \[2\] needs 4/,
  ],
  "overlapping tensors": [
    () => forge({ x: entry(0, 8), y: entry(4, 12) }, 12),
    /y begins at byte 4, the tensor before it ends at 8/,
  ],
  "the same bytes a thousand times": [
    () => forge(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, entry(0, 800)])), 800),
    /begins at byte 0, the tensor before it ends at 800/,
  ],
  "a gap": [
    () => forge({ x: entry(0, 8), y: entry(12, 16) }, 16),
    /y begins at byte 12, the tensor before it ends at 8/,
  ],
  "bytes that belong to no tensor": [() => forge({ x: entry(0, 8) }, 12), /its tensors end at byte 8 of 12/],
  "metadata that is not texts": [() => forge({ __metadata__: { a: 1 } }, 0), /its metadata is not a map of texts/],
  "metadata that is a text": [() => forge({ __metadata__: "a" }, 0), /its metadata is not a map of texts/],
};
for (const [what, [make, pattern]] of Object.entries(lies))
  test(`refused in one line: ${what}`, () => {
    const path = typeof make === "string" ? make : make();
    assert.throws(
      () => readSafetensors(path),
      (error: Error) =>
        error.message.startsWith(`readSafetensors: invalid file: ${path} (`) &&
        pattern.test(error.message) &&
        !error.message.includes("\n"),
    );
  });

test("cut anywhere, a file is refused", () => {
  writeSafetensors(at("cut"), sample());
  const whole = readFileSync(at("cut"));
  for (let size = whole.length - 1; size >= 0; size -= 7) {
    truncateSync(at("cut"), size);
    assert.throws(
      () => readSafetensors(at("cut")),
      /^Error: readSafetensors: invalid file: /,
      `${size} of ${whole.length} bytes`,
    );
  }
});

test("bytes changed anywhere in the header give a file that is read within its size, or one line", () => {
  writeSafetensors(at("fuzz"), sample());
  const whole = readFileSync(at("fuzz"));
  const header = 8 + Number(whole.readBigUInt64LE(0));
  const change = fc.array(fc.tuple(fc.nat(header - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(change, (changes) => {
      const bytes = Buffer.from(whole);
      for (const [i, value] of changes) bytes[i] = value;
      writeFileSync(at("fuzzed"), bytes);
      try {
        const total = Object.values(readSafetensors(at("fuzzed")).weights).reduce(
          (sum, { data }) => sum + data.length,
          0,
        );
        assert.ok(total <= whole.length / 2);
      } catch (error) {
        assert.match((error as Error).message, /^readSafetensors: invalid file: .*$/s);
      }
    }),
    { seed: 1, numRuns: 300 },
  );
});
