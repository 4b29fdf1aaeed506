import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import type { Checkup } from "../../src/lab/checkup.js";
import { temporaryFolder } from "../lab/fixture.js";
import { main } from "./palimpsest.js";

function doctor(
  env: Record<string, string>,
  ...args: string[]
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [main, "doctor", ...args], { encoding: "utf8", cwd: temporaryFolder(), env });
}

test("with nothing but Node, all that is needed is here and the rest comes with its one command", () => {
  const cache = temporaryFolder();
  const bare = { PATH: "/nowhere", HOME: temporaryFolder(), PALIMPSEST_CACHE: cache };
  const { status, stdout, stderr } = doctor(bare, "--json");
  assert.equal(stderr, "");
  const { ok, engine, findings } = JSON.parse(stdout) as Checkup;
  assert.deepEqual([status, ok, engine?.mode, engine?.device], [0, true, "compiled", "cpu"]);
  assert.ok((engine?.reason.length ?? 0) > 10);
  for (const { name, ok: here, needed, fix } of findings) assert.ok(here || !needed, `${name} is needed: ${fix}`);
  const absent = Object.fromEntries(findings.filter((each) => !each.ok).map(({ name, fix }) => [name, fix]));
  assert.equal(absent["kernel in editors"], "npx palimpsest kernel install");
  assert.equal(absent["Python"], "apt install python3 python3-venv");
  assert.equal(absent["libreoffice-help"], "npx palimpsest corpus build libreoffice-help");
  assert.equal(findings.find(({ name }) => name === "cache")?.detail, cache);
});

test("what is needed and missing makes the exit code 1, and the text says what to do", () => {
  const { status, stdout } = doctor({ PATH: "/nowhere", PALIMPSEST_CACHE: "/dev/null/cache" });
  assert.equal(status, 1);
  assert.match(stdout, /^✗ cache +cannot write \/dev\/null\/cache/m);
  assert.match(stdout, /Something that is needed is missing/);
  assert.match(stdout, /^ {2}cache +export PALIMPSEST_CACHE=/m);
});
