/** A real kernel, spoken to as Jupyter would. One kernel serves most tests: it takes seconds to start. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Dealer } from "zeromq";
import { corpora } from "../../../src/corpus/index.js";
import { startKernel, type Kernel } from "../../../src/lab/notebook/connection.js";
import { createMessage, decodeMessage, encodeMessage, type Content } from "../../../src/lab/wire.js";
import { computeUntil } from "../fixture.js";

/** What is waited for comes in a second or two; this long on a machine that has much else to do. */
const patiently = { timeout: 120_000 };
const folder = mkdtempSync(join(tmpdir(), "palimpsest-notebook-"));
let kernel: Kernel;
let printed = "";
async function begin(): Promise<Kernel> {
  const begun = await startKernel({ folder });
  begun.onPublish(({ header, content }) => {
    if (header.msg_type === "stream") printed += String(content.text);
  });
  return begun;
}
before(async () => {
  kernel = await begin();
});
after(async () => {
  await kernel.close();
  rmSync(folder, { recursive: true });
});

async function run(code: string): Promise<Content & { printed: string }> {
  printed = "";
  const reply = await kernel.request("execute_request", { code, silent: false });
  return { ...reply, printed };
}

/** Runs a cell and interrupts it as soon as it has printed something; two interrupts within 300 ms would count as one. */
async function runAndInterrupt(code: string, interrupt = () => kernel.interrupt()): ReturnType<typeof run> {
  const cell = run(code);
  while (printed === "") await sleep(20);
  await sleep(400);
  interrupt();
  return cell;
}

/** Runs two cells, of which the first goes no further until both have come. */
async function runBoth(first: string, second: string): Promise<[Content, Content]> {
  const come = join(folder, "come");
  rmSync(come, { force: true });
  const both = Promise.all([run(`${computeUntil(come)} ${first}`), run(second)]);
  await kernel.request("kernel_info_request", {});
  writeFileSync(come, "");
  return both;
}

test("a cell imports the library by its name, with its types", async () => {
  const good = await run(
    'import { lab } from "palimpsest";\nconsole.log(lab.params({ defaults: { steps: 3 } }).steps);',
  );
  assert.deepEqual([good.status, good.printed], ["ok", "3\n"]);
  const bad = await run('const wrong: number = lab.params({ defaults: { name: "x" } }).name;');
  assert.equal(bad.status, "error");
  assert.match(String(bad.evalue), /Type 'string' is not assignable to type 'number'/);
});

test("completion and inspection know the library", async () => {
  await run('import { lab } from "palimpsest";');
  const complete = await kernel.request("complete_request", { code: "lab.inter", cursor_pos: 9 });
  assert.deepEqual(complete.matches, ["interruptible"]);
  const code = "lab.interruptible";
  const inspect = await kernel.request("inspect_request", { code, cursor_pos: code.length, detail_level: 0 });
  assert.match(JSON.stringify(inspect.data), /work: \(signal: AbortSignal\) => Promise<T>/);
});

test("cells stand in the notebook's folder, and import what is beside it and what only import can load", async () => {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  write("data.csv", "a,b");
  write("helper.ts", 'import { twice } from "./lib/twice.js";\nexport const four: number = await twice(2);');
  write("lib/twice.ts", "export const twice = async (x: number) => 2 * x;");
  write(
    "node_modules/modern/package.json",
    '{ "name": "modern", "version": "1.0.0", "type": "module", "exports": { "import": "./main.js" } }',
  );
  write("node_modules/modern/main.js", "export const five = await 5;\nexport default 6;");
  const cell = `import { lab as l } from "palimpsest";
import { readFileSync } from "node:fs";
import { four } from "./helper";
// @ts-ignore -- it has no types
import six, { five } from "modern";
const { twice } = await import("./lib/twice");
console.log(process.cwd() === l.here(), readFileSync("data.csv", "utf8"), four, five, six, await twice(4), l.here());`;
  const { printed: out } = await run(cell);
  assert.equal(out, `true a,b 4 5 6 8 ${folder}\n`);
});

test("a fast loop loses no line", async () => {
  const { printed: out, status } = await run("(() => { for (let i = 0; i < 5000; i++) console.log(i); })();");
  assert.equal(status, "ok");
  assert.equal(out, Array.from({ length: 5000 }, (_, i) => `${i}\n`).join(""));
});

test("a failed cell says why, and the next request is served", async () => {
  const failed = await run('function f() { throw new RangeError("too far") }\nf();');
  assert.deepEqual([failed.status, failed.ename, failed.evalue], ["error", "RangeError", "too far"]);
  assert.doesNotMatch((failed.traceback as string[]).join("\n"), /tslab|node:vm/);
  assert.equal((await run("throw new Proxy({}, { get() { throw 1; } });")).evalue, "what was thrown cannot be shown");
  assert.equal((await run("1")).status, "ok");
});

/** The lines of a failed cell's traceback, trimmed. */
const tracebackOf = (reply: Content): string[] => (reply.traceback as string[]).map((line) => line.trim());

test("an error is at the cell's own line and column, and names no frame of the library's or the kernel's", async () => {
  const inLibrary = await run(`import { mixture } from "palimpsest";
interface Unused { here: number }

  const shares = mixture.fixed({ old: -1 });`);
  const [message, cell, ...more] = tracebackOf(inLibrary);
  assert.match(message!, /^Error: fixed: invalid share of old: -1/);
  assert.equal(cell, `at cell[${String(inLibrary.execution_count)}]:4:26`);
  assert.deepEqual(more, []);

  const defined = await run("type Row = { a: number };\n\nconst broken = (row: Row): never => {\n  throw row.a;\n};");
  const made = `cell[${String(defined.execution_count)}]`;
  const thrown = await run('const late = async () => {\n  await 1;\n  throw new Error("late");\n};\n  await late();');
  const own = `cell[${String(thrown.execution_count)}]`;
  assert.deepEqual(tracebackOf(thrown), ["Error: late", `at late (${own}:3:9)`, `at async ${own}:5:3`]);
  const earlier = await run("\nbroken(null as any);");
  assert.deepEqual(tracebackOf(earlier).slice(1), [
    `at broken (${made}:4:13)`,
    `at cell[${String(earlier.execution_count)}]:2:1`,
  ]);
  const printed = await run('console.log(new Error("shown").stack);');
  assert.equal(printed.printed, `Error: shown\n    at cell[${String(printed.execution_count)}]:1:13\n`);
});

test("an error's properties are shown below its frames, and the cause of an error with its own", async () => {
  const { traceback } = await run('import fs from "node:fs";\nfs.readFileSync("/no such file");');
  assert.match((traceback as string[]).join("\n"), /^ {4}at cell\[\d+\]:2:4 \{\n {2}errno: -2,\n/m);
  const { traceback: caused } = await run('throw new Error("outer", { cause: new Error("inner") });');
  assert.match((caused as string[]).join("\n"), /:1:7 \{\n {2}\[cause\]: Error: inner\n +at cell\[\d+\]:1:35\n\}$/);
});

test("what goes wrong after its cell has ended is shown in that cell, without the kernel's frames", async () => {
  const told = new Map<string, string>();
  kernel.onPublish(({ header, parent, content }) => {
    if (header.msg_type === "stream") told.set(parent.msg_id!, String(content.text));
  });
  const ids: string[] = [];
  const send = (code: string): Promise<Content> =>
    kernel.request("execute_request", { code, silent: false }, (id) => ids.push(id));
  const { execution_count: first } = await send(`let go = (what: number) => {};
void (async () => {
  await new Promise<number>((resolve) => { go = resolve; });
  throw new Error("nobody waits");
})();`);
  const second = await send('setTimeout(() => {\n  throw new RangeError("in a timer");\n}, 1); void 0;');
  await send("go(1);");
  while (told.size < 2) await sleep(20);
  assert.equal(told.get(ids[0]!), `Unhandled rejection: Error: nobody waits\n    at cell[${String(first)}]:4:9\n`);
  const timer = `at Timeout._onTimeout (cell[${String(second.execution_count)}]:2:9)`;
  assert.equal(told.get(ids[1]!), `Uncaught exception: RangeError: in a timer\n    ${timer}\n`);
});

test("a cell that failed half-way leaves the names that it came to, and no others", async () => {
  await run(`import { mixture as mixed } from "palimpsest";
interface Pair { left: number }
const reached: Pair = { left: 1 };
const failing = await Promise.reject(new Error("half"));
const beyond = 3;
class Beyond {}`);
  const after = await run("const typed: Pair = reached;\nconsole.log(typed.left, typeof mixed.fixed);");
  assert.deepEqual([after.status, after.printed], ["ok", "1 function\n"]);
  assert.equal((await run("beyond")).evalue, "1:1 - Cannot find name 'beyond'.");
  assert.equal((await run("new Beyond()")).evalue, "1:5 - Cannot find name 'Beyond'.");
  assert.equal((await run("failing")).evalue, "1:1 - Cannot find name 'failing'.");
  await run('const reached = "anew";\nthrow new Error("and again");');
  assert.equal((await run("console.log(reached.length);")).printed, "4\n");
});

test("a name that a registry does not have is met with the one that was meant", async () => {
  const { evalue, traceback } = await run(
    'import { corpus as texts } from "palimpsest";\nawait texts.load({ name: "udh" } as any);',
  );
  const message = `load: invalid name: udh; one of ${Object.keys(corpora).join(", ")}; did you mean udhr?`;
  assert.deepEqual([evalue, (traceback as string[])[0]], [message, `Error: ${message}`]);
});

test("a cell awaits before a bracket and in a loop, at its top alone", async () => {
  const bracket = await run("const five = await (async () => 5)();\nconsole.log(five);");
  assert.deepEqual([bracket.status, bracket.printed], ["ok", "5\n"]);
  assert.equal((await run("for await (const each of [1, 2]) console.log(each);")).printed, "1\n2\n");
  const inside = await run("const no = () => {\n  for await (const each of []) void each;\n};");
  assert.match(String(inside.evalue), /^2:7 - 'for await' loops are only allowed within async functions/);
});

test("a cell may rename what it takes out of an earlier cell's object", async () => {
  await run('import { rng } from "palimpsest";\nconst rows = [{ share: 1, left: [2] }];');
  const renamed = await run(
    "const { share: whole } = rows[0];\n" +
      "console.log(whole, rows.map(({ share, left: rest }) => [share, rest, typeof rng]));",
  );
  assert.deepEqual([renamed.status, renamed.printed], ["ok", "1 [ [ 1, [ 2 ], 'function' ] ]\n"]);
});

test("what a cell lacks is said where the cell ends", async () => {
  const open = await run("const list = [\n  1,\n  2");
  assert.deepEqual([open.status, open.evalue], ["error", "3:4 - ']' expected."]);
});

test("cells that were queued behind a failure are aborted, and say so", async () => {
  const [first, second] = await runBoth('throw new Error("first");', 'console.log("second");');
  assert.deepEqual([first.status, second.status], ["error", "aborted"]);
  assert.doesNotMatch(printed, /second/);
});

test(
  "files that appear or change below the root do not disturb cells, and an edited one is read anew",
  patiently,
  async () => {
    const root = mkdtempSync(join(folder, "files-"));
    try {
      const source = join(root, "helper.ts");
      writeFileSync(source, "export const version: number = 1;");
      await run('import * as all from "palimpsest";');
      const load = `import { version } from ${JSON.stringify(`./${relative(folder, source).slice(0, -3)}`)};\nconsole.log(version);`;
      assert.equal((await run(load)).printed, "1\n");
      const library = resolve(__dirname, "../../../dist/lab/index.d.ts");
      for (let round = 0; round < 2; round++) {
        mkdirSync(join(root, `run-${round}`));
        writeFileSync(join(root, `run-${round}`, "metrics.jsonl"), "{}");
        // As when the library is compiled again; and folders come and go, though not in it, which other tests copy.
        utimesSync(library, new Date(), new Date());
        mkdirSync(join(folder, "zz-test"));
        await sleep(100);
        rmSync(join(folder, "zz-test"), { recursive: true });
        const { status, printed: out } = await run(`const round${round} = 1;`);
        assert.deepEqual([status, out], ["ok", ""]);
      }
      const fail = "interface Unused {}\nexport const fail = (): never => {\n  throw new Error();\n};";
      writeFileSync(source, `export const version: number = 22;\n${fail}`);
      while ((await run(load)).printed !== "22\n") await sleep(100);
      const failed = await run(`${load.replaceAll("version", "fail")}\nfail();`);
      assert.equal(tracebackOf(failed)[1], `at fail (${source}:4:9)`);
    } finally {
      rmSync(root, { recursive: true });
    }
  },
);

const training = `
import { lab as room } from "palimpsest";
let steps = 0;
const model = await room.interruptible(async (signal) => {
  while (!signal.aborted) { steps++; console.log("step"); await new Promise((r) => setTimeout(r, 5)); }
  return { trained: steps };
});`;

test("an interrupt ends training, keeps its value and leaves nothing running", async () => {
  const cell = await runAndInterrupt(training);
  assert.deepEqual([cell.status, cell.ename], ["error", "Interrupted"]);
  assert.equal(cell.evalue, "its work ended in good order; what there is by then is kept");
  const value = await run("console.log(model.trained, steps);");
  const [trained, counted] = value.printed.split(" ").map(Number);
  assert.ok((trained ?? 0) > 0);
  assert.equal(counted, trained);
  await sleep(100);
  assert.equal((await run("console.log(steps);")).printed.trim(), String(trained));
});

test("an interrupted run says its step, keeps the cells that wait from going on, and is no failure when it was whole", async () => {
  const steps = (stopped: boolean): string =>
    training
      .replace("room }", `room${String(stopped)} }`)
      .replace("room.", `room${String(stopped)}.`)
      .replace("{ trained: steps }", `{ stopped: ${String(stopped)}, steps: [{ step: 41 }, { step: 42 }] }`);
  const [cut, waiting] = await Promise.all([runAndInterrupt(steps(true)), run("1")]);
  assert.deepEqual([cut.evalue, waiting.status], ["after step 42; what there is by then is kept", "aborted"]);
  assert.equal((await runAndInterrupt(steps(false))).status, "ok");
});

test("an interrupt that comes as a message does the same", async () => {
  const connection = JSON.parse(readFileSync(kernel.connectionFile, "utf8")) as { control_port: number; key: string };
  const control = new Dealer({ linger: 0 });
  control.connect(`tcp://127.0.0.1:${connection.control_port}`);
  const ask = (): void => void control.send(encodeMessage(createMessage("interrupt_request", {}, "s"), connection.key));
  const cell = await runAndInterrupt(training, ask);
  assert.equal(cell.ename, "Interrupted");
  const [frames] = [await control.receive()];
  assert.equal(decodeMessage(frames, connection.key).header.msg_type, "interrupt_reply");
  control.close();
});

test("an interrupt breaks off a cell that cannot end by itself, and the kernel lives", patiently, async () => {
  const waiting = await runAndInterrupt('console.log("on"); await new Promise(() => {});');
  assert.equal(waiting.status, "error");
  const spinning = await runAndInterrupt(
    'const spin = () => { for (let i = 0; ; i++) if (i % 1e6 === 0) console.log("on"); };\nspin();',
  );
  assert.equal(spinning.status, "error");
  assert.equal((await run('console.log("alive")')).printed, "alive\n");
});

test("work that does not listen is given up at the second interrupt", patiently, async () => {
  const deaf = run(`
import { lab as ward } from "palimpsest";
await ward.interruptible(async (signal) => {
  signal.addEventListener("abort", () => console.log("heard"));
  console.log("on");
  await new Promise(() => {});
});`);
  while (printed === "") await sleep(20);
  await sleep(400);
  kernel.interrupt();
  while (!printed.includes("heard")) await sleep(20);
  await sleep(400);
  kernel.interrupt();
  assert.equal((await deaf).status, "error");
});

test("a kernel ends after the process that started it was killed, though a cell never pauses", patiently, async () => {
  const script = `
    const { startKernel } = require(${JSON.stringify(resolve(__dirname, "../../../dist/lab/notebook/connection.js"))});
    startKernel().then((kernel) => {
      kernel.onPublish(({ header }) => header.msg_type === "stream" && console.log(kernel.pid));
      kernel.request("execute_request", { code: 'console.log("on"); (() => { for (;;); })();', silent: false });
    });`;
  const client = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const pid = Number(String((await client.stdout.take(1).toArray())[0]));
  assert.ok(pid > 0 && process.kill(pid, 0));
  client.kill("SIGKILL");
  const gone = (): boolean => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  };
  while (!gone()) await sleep(100);
});

test("what child processes write to a stream that they inherit is in the cell, and their calls return what they would", async () => {
  writeFileSync(join(folder, "forked.js"), 'console.log("forked"); process.send("sent");');
  const { printed: out } = await run(`import * as child from "node:child_process";
const ended = (each: child.ChildProcess) => new Promise((resolve) => each.on("close", resolve));
console.log(await ended(child.spawn("sh", ["-c", "echo one; echo two >&2; exit 3"], { stdio: ["ignore", 1, 1] })));
console.log(await ended(child.fork("forked.js").on("message", (sent) => console.log(sent))));
console.log(child.execSync("echo four", { stdio: "inherit" }), String(child.execSync("echo five")).trim());
try { child.execFileSync("sh", ["-c", "echo six; exit 7"], { stdio: "inherit" }); } catch (e: any) { console.log(e.status); }`);
  const lines = out.trim().split("\n");
  assert.deepEqual(lines.slice(0, 3), ["one", "two", "3"]);
  assert.deepEqual(lines.slice(3, 6).sort(), ["0", "forked", "sent"]);
  assert.deepEqual(lines.slice(6), ["four", "null five", "six", "7"]);
});

/** Trains in `dir`, or goes on there, and says each step; `then` is done with every one. */
const trainingIn = (dir: string, then = ""): string => `import { train as gym } from "palimpsest";
const recipe = gym.parseRecipe({
  corpus: { files: { some: "some.jsonl" }, heldOut: 0.1 },
  model: { size: "nano", vocabSize: 300, tokenizerOn: ["some"] },
  mixture: { some: 1 },
  schedule: { name: "constant", peak: 0.01 },
  steps: 12, batch: 2, context: 16, evaluate: { at: [12], bytes: 500 }, checkpointEvery: 4,
  engine: { device: "cpu", threads: 1 },
});
const trained = await gym.runRecipe({ recipe, dir: "${dir}", resume: true, onStep: ({ step }) => {
  console.log("step", step);
  ${then}
} });`;

test("training that is cut goes on in another kernel, to the same bytes; two kernels do not write one folder", async () => {
  const documents = Array.from({ length: 40 }, (_, i) => `${"ba de gi lo mu ".slice(i % 5).repeat(20)}${i}`);
  writeFileSync(join(folder, "some.jsonl"), documents.map((text) => JSON.stringify({ text })).join("\n"));
  await run(trainingIn("whole"));
  const other = await begin();
  const cut = run(trainingIn("cut", "if (step === 6) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);"));
  const died = assert.rejects(cut, { message: /^the kernel died: killed by SIGKILL/ });
  while (!printed.includes("step 6")) await sleep(20);
  const killed = kernel;
  kernel = other;
  const refused = await run(trainingIn("cut"));
  assert.match(String(refused.evalue), /cut is being written by process \d+ on \S+ \(wait for it, /);
  process.kill(killed.pid, "SIGKILL");
  await died;
  await killed.close();
  const whole = await run(trainingIn("cut"));
  assert.deepEqual([whole.status, whole.printed.split("\n")[0]], ["ok", "step 5"]);
  const weights = ["whole", "cut"].map((name) => readFileSync(join(folder, name, "model", "model.safetensors")));
  assert.ok(weights[0]!.equals(weights[1]!), "the weights differ");
});

test("a cell that ends its process says so, and the kernel is gone with that code", async () => {
  const [ending, waiting] = await runBoth('console.log("last"); await null; process.exit(3);', "1");
  assert.deepEqual([ending.status, ending.ename, waiting.status], ["error", "KernelError", "aborted"]);
  assert.equal(ending.evalue, "the cell ended its kernel with process.exit(3)");
  assert.equal(printed, "last\n");
  await assert.rejects(run("2"), { message: "the kernel died: exit code 3" });
});
