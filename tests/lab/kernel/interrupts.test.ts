/**
 * Interrupts at any moment: between cells, while one is compiled, as it begins or ends, while it waits, computes, or does so
 * after a pause. None may cost the kernel, which holds the user's variables. `INTERRUPTS=1000 npm test -- lab/interrupts`
 * sends more.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startKernel, type Kernel } from "../../../src/lab/notebook/connection.js";
import { rng } from "../../../src/rng.js";

const posix = process.platform !== "win32" ? false : "Windows has no SIGINT that a process could live through";
const wanted = Number(process.env.INTERRUPTS ?? 20);
let kernel: Kernel;
let printed = "";
before(async () => {
  kernel = await startKernel();
  kernel.onPublish(({ header, content }) => {
    if (header.msg_type === "stream") printed += String(content.text);
  });
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
      if (uniform() < 0.5) process.kill(kernel.pid, "SIGINT");
      else kernel.interrupt();
    }
    assert.ok(["ok", "error"].includes(String((await cell).status)));
  }
  // The last interrupt may still be on its way to a cell: to this one at the latest.
  await run("0");
  printed = "";
  assert.equal((await run("console.log(kept.made);")).status, "ok");
  assert.equal(printed, "42\n");
});

/** Stretches that never pause, by what they stand in. Each says that it has begun: an interrupt before would be of nothing. */
const endless: Record<string, string> = {
  "a cell's beginning": "(() => { begin(); for (;;); })();",
  "what follows an await": "await 0; begin(); for (;;);",
  "a timer": "await new Promise(() => setTimeout(() => { begin(); for (;;); }, 5));",
  "an immediate": "await new Promise(() => setImmediate(() => { begin(); for (;;); }));",
  "what Node calls back":
    'await new Promise(() => (require as any)("fs").readFile(".", () => { begin(); for (;;); }));',
  "promises that follow one another": "await 0; begin(); while (true) await null;",
  "a pattern that does not come to an end": 'await 0; begin(); /(a+)+b/.test("a".repeat(40));',
  "a lock that nobody opens": "await 0; begin(); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);",
  "a wait for another process": 'begin(); (require as any)("child_process").execSync("sleep 60");',
};
test("a stretch says that it begins", async () => {
  assert.equal((await run('const begin = () => console.log("begun");')).status, "ok");
});
for (const [where, code] of Object.entries(endless))
  test(`what never pauses is broken off in ${where}, and the kernel goes on`, async () => {
    printed = "";
    const cell = run(code);
    while (printed !== "begun\n") await sleep(10);
    // One that comes soon after that of the test before is taken for the same: a person presses again.
    const again = setInterval(() => kernel.interrupt(), 400);
    kernel.interrupt();
    const { status, ename } = await cell;
    clearInterval(again);
    assert.equal(status, "error");
    // The last interrupt may still be on its way to a cell: to this one at the latest.
    await run("0");
    // The call that started a process that was ended says so itself, if it comes to that.
    assert.match(String(ename), where.endsWith("process") ? /^(Error|BrokenOff)$/ : /^BrokenOff$/);
    printed = "";
    const later = "await new Promise((done) => setImmediate(() => process.nextTick(() => setTimeout(done, 1))));";
    assert.equal((await run(`${later} console.log("on");`)).status, "ok");
    assert.equal(printed, "on\n");
  });
