/**
 * Interrupts at any moment: between cells, while one is compiled, as its first stretch begins or ends, while it waits. None
 * may cost the kernel, which holds the user's variables. `INTERRUPTS=1000 npm test -- lab/interrupts` sends more.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startKernel, type Kernel } from "../../../src/lab/notebook/connection.js";
import { rng } from "../../../src/rng.js";

const posix = process.platform !== "win32" ? false : "Windows has no SIGINT that a process could live through";
const wanted = Number(process.env.INTERRUPTS ?? 60);
let kernel: Kernel;
before(async () => {
  kernel = await startKernel();
});
after(() => kernel.close());

const run = (code: string) => kernel.request("execute_request", { code, silent: false });

/** Cells of which any may be interrupted, and any may end first. */
const cells = [
  "1 + 1",
  "(() => { for (let i = 0; i < 2e7; i++); })();",
  "await new Promise((done) => setTimeout(done, 20));",
  "await null; (() => { for (let i = 0; i < 2e6; i++); })();",
  'console.log("a line");',
  'process.once("SIGINT", () => {});',
];

test("no interrupt costs the kernel or what its cells have made", { skip: posix }, async () => {
  const { uniform } = rng(9);
  await run("const kept = { made: 40 + 2 };");
  for (let sent = 0; sent < wanted;) {
    const cell = run(cells[Math.floor(uniform() * cells.length)]!);
    for (let burst = uniform() < 0.2 ? 3 : 1; burst > 0; burst--, sent++) {
      await sleep(uniform() * 60);
      process.kill(kernel.pid, "SIGINT");
    }
    assert.ok(["ok", "error"].includes(String((await cell).status)));
  }
  // The last interrupt may still be on its way to a cell: to this one at the latest.
  await run("0");
  let printed = "";
  kernel.onPublish(({ header, content }) => {
    if (header.msg_type === "stream") printed += String(content.text);
  });
  assert.equal((await run("console.log(kept.made);")).status, "ok");
  assert.equal(printed, "42\n");
});

test("a loop that never pauses is broken off, whenever the interrupt comes", { skip: posix }, async () => {
  const { uniform } = rng(10);
  for (let round = 0; round < Math.ceil(wanted / 10); round++) {
    const cell = run("(() => { for (;;); })();");
    await sleep(uniform() * 40);
    // What comes before the kernel has the cell is an interrupt of nothing: a person presses again.
    const again = setInterval(() => process.kill(kernel.pid, "SIGINT"), 400);
    process.kill(kernel.pid, "SIGINT");
    assert.equal((await cell).status, "error");
    clearInterval(again);
  }
});
