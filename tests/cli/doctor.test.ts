import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Checkup } from "../../src/lab/checkup.js";
import type { DeviceCheck } from "../../src/lab/device-check.js";
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
  assert.equal(absent["kernel in editors"], `node ${main} kernel install`);
  assert.equal(absent["Python"], "apt install python3 python3-venv");
  assert.equal(absent["libreoffice-help"], `node ${main} corpus build libreoffice-help`);
  assert.equal(findings.find(({ name }) => name === "cache")?.detail, cache);
});

test("what is needed and missing makes the exit code 1, and the text says what to do", () => {
  const { status, stdout } = doctor({ PATH: "/nowhere", PALIMPSEST_CACHE: "/dev/null/cache" });
  assert.equal(status, 1);
  assert.match(stdout, /^✗ cache +cannot write \/dev\/null\/cache/m);
  assert.match(stdout, /Something that is needed is missing/);
  assert.match(stdout, /^ {2}cache +export PALIMPSEST_CACHE=/m);
});

test("a device is tried by training on it, against the processor", () => {
  const env = { PATH: "/nowhere", HOME: temporaryFolder() };
  const out = join(temporaryFolder(), "table.md");
  const { status, stdout, stderr } = doctor(
    env,
    "--device",
    "cpu",
    "--size",
    "nano",
    "--peak",
    "1",
    "--precision",
    "float32",
    "float16",
    "--out",
    out,
    "--json",
  );
  assert.equal(status, 0, stderr);
  const { devices } = JSON.parse(stdout) as { devices: DeviceCheck[] };
  assert.deepEqual(
    devices.map(({ device, precision }) => [device, precision]),
    [
      ["cpu", "float32"],
      ["cpu", "float16"],
    ],
  );
  assert.ok(devices[1]!.agrees, "the processor computes float16 in float32");
  const { apart, agrees, tokensPerSecond, teraflops, utilisation, hostMegabytes } = devices[0]!;
  // Twice on the same device: the same bits.
  assert.deepEqual([apart, agrees], [0, true]);
  assert.ok(tokensPerSecond > 0 && hostMegabytes > 0);
  assert.ok(
    Math.abs(teraflops - (6 * (100_672 + 2048 * 64) * tokensPerSecond) / 1e12) < 1e-3 * teraflops,
    `${teraflops}`,
  );
  assert.equal(utilisation, teraflops);
  assert.match(
    readFileSync(out, "utf8"),
    /^.+ Node .+\n\n\| device .*\n.*\n\| cpu \| float32 \| agrees .+\n\| cpu \| float16 \| agrees /,
  );
});

test("a device that is not one, and one that is not here", () => {
  const env = { PATH: "/nowhere", HOME: temporaryFolder() };
  const unknown = doctor(env, "--device", "tpu");
  assert.equal(unknown.status, 2);
  assert.match(unknown.stderr, /invalid --device: tpu \(one of all, /);
  const eighth = doctor(env, "--device", "cpu", "--precision", "float8");
  assert.equal(eighth.status, 2);
  assert.match(eighth.stderr, /invalid --precision: float8 \(one of all, float32, float16, bfloat16\)/);
  const absent = doctor(env, "--device", "tensorflow-gpu", "--size", "nano");
  assert.equal(absent.status, 1);
  assert.match(absent.stdout, /tensorflow-gpu \| float32 \| choose: invalid device: tensorflow-gpu/);
});
