/**
 * The WebGPU device on Chromium's software Vulkan driver, in processes of their own: a crash fails a test and no more.
 * Debian's `chromium` has the driver and the Vulkan loader; nothing of Chromium itself is run.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { typescript } from "../node.js";

const PLACES = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome", "/opt/chromium.org/chromium"];
const driver =
  process.env.VK_DRIVER_FILES ??
  PLACES.map((folder) => join(folder, "vk_swiftshader_icd.json")).find((file) => existsSync(file));
const skip = driver ? false : "no software Vulkan driver (vk_swiftshader_icd.json, in Debian's chromium) is here";

interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}
function run(parts: string[]): Promise<Ended> {
  const libraries = [dirname(driver!), process.env.LD_LIBRARY_PATH].filter(Boolean).join(":");
  const env = { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: libraries };
  const child = spawn(process.execPath, [...typescript, join(__dirname, "webgpu-child.ts"), ...parts], { env });
  const ended: Ended = { code: null, signal: null, stdout: "", stderr: "" };
  child.stdout.on("data", (data) => (ended.stdout += String(data)));
  child.stderr.on("data", (data) => (ended.stderr += String(data)));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ ...ended, code, signal })));
}

const parts: Record<string, string> = {
  ownership: "state outlives its program, is read and written, and a process ends with it alive",
  steps: "five steps of either family are the CPU's, and all state stays on the device",
  kernels: "every kernel computes what it does on the CPU",
  slopes: "every gradient is the CPU's",
};
for (const [part, promise] of Object.entries(parts))
  test(`webgpu: ${promise}`, { skip }, async () => {
    const { code, signal, stdout, stderr } = await run([part]);
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line || "{}") as { failure?: string; checks?: number; failed?: number });
    const failures = lines.flatMap(({ failure }) => failure ?? []);
    assert.deepEqual(failures, []);
    assert.deepEqual([code, signal], [0, null], stderr.slice(-2000));
    assert.ok(lines.at(-1)!.checks! > 0);
  });
