/** Jupyter's own tests of a kernel, jupyter_kernel_test, against ours; and what they do not ask. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Dealer } from "zeromq";
import { installKernel } from "../../../src/lab/jupyter/kernelspec.js";
import { startKernel, type Kernel } from "../../../src/lab/notebook/connection.js";
import { createMessage, decodeMessage, encodeMessage, type Content, type Message } from "../../../src/lab/wire.js";
import { computeUntil, temporaryFolder } from "../fixture.js";
import { pythonWith } from "../python.js";

const python = pythonWith("jupyter_kernel_test");
const skip = python ? false : "no Python with jupyter_kernel_test";

test("jupyter_kernel_test passes, but for what we do not have", { skip }, async () => {
  const data = temporaryFolder();
  installKernel(data);
  const env = { ...process.env, JUPYTER_PATH: data };
  const said = await new Promise<string>((resolve) =>
    execFile(python!, [join(__dirname, "kernel_tests.py")], { env }, (_, __, stderr) => resolve(stderr)),
  );
  assert.match(said, /\nOK \(skipped=\d+\)\n$/, said);
  const skipped = [...said.matchAll(/^(test_\w+) .*\.\.\. skipped/gm)].map(([, name]) => name);
  assert.deepEqual(skipped.sort(), ["test_clear_output", "test_pager"]);
});

interface Client {
  /** The message's id. */
  send(channel: "shell" | "control", type: string, content: Content, metadata?: Content): string;
  /** Sends, and waits for the reply. */
  ask(channel: "shell" | "control", type: string, content: Content, metadata?: Content): Promise<Content>;
  /** Has a cell run that was sent at `date`, and took until now to come. */
  late(date: Date, code: string): Promise<Content>;
  /** Waits for the next message on stdin, and answers it. */
  type(value: string): Promise<Content>;
  close(): void;
}

const folder = temporaryFolder();
let kernel: Kernel;
let client: Client;
/** What was published, the newest last. */
let heard: Message[] = [];
before(async () => {
  kernel = await startKernel();
  // A kernel that is slow to begin was asked more than once: what it says to that comes before this.
  await kernel.request("kernel_info_request", {});
  client = connect(kernel.connectionFile);
  kernel.onPublish((message) => heard.push(message));
});
beforeEach(() => (heard = []));
after(() => {
  client.close();
  return kernel.close();
});

function connect(file: string): Client {
  const { key, ...ports } = JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown> & { key: string };
  const open = (port: string): Dealer => {
    const socket = new Dealer({ linger: 0, routingId: "a client" });
    socket.connect(`tcp://127.0.0.1:${String(ports[port])}`);
    return socket;
  };
  const sockets = { shell: open("shell_port"), control: open("control_port"), stdin: open("stdin_port") };
  const waiting = new Map<string, (content: Content) => void>();
  for (const socket of [sockets.shell, sockets.control])
    void (async () => {
      for await (const frames of socket) {
        const { parent, content } = decodeMessage(frames, key);
        waiting.get(parent.msg_id!)?.(content);
      }
    })();
  const put = (channel: "shell" | "control", message: Message): string => {
    void sockets[channel].send(encodeMessage(message, key));
    return message.header.msg_id;
  };
  const send: Client["send"] = (channel, type, content, metadata = {}) =>
    put(channel, { ...createMessage(type, content, "s"), metadata });
  return {
    send,
    ask: (...request) => new Promise((resolve) => waiting.set(send(...request), resolve)),
    late: (date, code) => {
      const message = createMessage("execute_request", { code, silent: false }, "s");
      message.header.date = date.toISOString();
      return new Promise((resolve) => waiting.set(put("shell", message), resolve));
    },
    type: async (value) => {
      const { header, content } = decodeMessage(await sockets.stdin.receive(), key);
      const answer = { ...createMessage("input_reply", { value }, "s"), parent: header };
      await sockets.stdin.send(encodeMessage(answer, key));
      return content;
    },
    close: () => Object.values(sockets).forEach((socket) => socket.close()),
  };
}

const execute = (code: string, more: Content = {}) =>
  kernel.request("execute_request", { code, silent: false, ...more });
const told = (): string[] =>
  heard.map(({ header, content }) => String(content.execution_state ?? content.text ?? header.msg_type));
const ofType = (type: string): Message[] => heard.filter(({ header }) => header.msg_type === type);

/** Replies and what is published come by two ways: either may be first. */
async function published(type: string): Promise<Message> {
  for (;;) {
    const message = ofType(type).at(-1);
    if (message) return message;
    await sleep(5);
  }
}

test("a cell is busy while it is worked on, and those that wait are not announced", async () => {
  const [first, second] = await Promise.all([execute('console.log("one"); 1'), execute('console.log("two"); 2')]);
  const one = (text: string): string[] => ["busy", "execute_input", `${text}\n`, "execute_result", "idle"];
  assert.deepEqual(told(), [...one("one"), ...one("two")]);
  assert.equal(Number(second.execution_count), Number(first.execution_count) + 1);
  const [result] = ofType("execute_result");
  assert.deepEqual(result?.content, {
    data: { "text/plain": "1" },
    metadata: {},
    execution_count: first.execution_count,
  });
});

test("completion, help and the kernel's name are told while a cell computes, which stays busy", async () => {
  const asked = join(folder, "asked");
  const cell = execute(computeUntil(asked));
  while (told().length < 2) await sleep(5);
  const { matches } = await kernel.request("complete_request", { code: "Math.floo", cursor_pos: 9 });
  assert.deepEqual(matches, ["floor"]);
  assert.equal((await kernel.request("kernel_info_request", {})).implementation, "palimpsest");
  writeFileSync(asked, "");
  await cell;
  // Whoever looks at the last state alone sees that the kernel is at work.
  const states = told().filter((each) => each === "busy" || each === "idle");
  assert.deepEqual(states, ["busy", "busy", "idle", "busy", "busy", "idle", "busy", "idle"]);
  assert.equal(told().at(-1), "idle");
});

test("an error is published once, and its reply says the same", async () => {
  const { status, ename, evalue, traceback } = await execute('throw new RangeError("too far");');
  assert.deepEqual([status, ename, evalue], ["error", "RangeError", "too far"]);
  assert.deepEqual(told(), ["busy", "execute_input", "error", "idle"]);
  assert.deepEqual(ofType("error")[0]?.content, { ename, evalue, traceback });
});

test("a failure aborts what was sent before it, however long that was on its way, and nothing that was sent after it", async () => {
  for (let before; before === undefined;) {
    before = new Date();
    await sleep(2);
    assert.equal((await execute('throw new Error("no");')).status, "error");
    const late = await client.late(before, "1");
    // Beyond a second a message counts as one of a clock that is wrong, and here the machine was slow.
    if (Date.now() - before.getTime() < 1000) assert.deepEqual(late, { status: "aborted" });
    else before = undefined;
  }
  assert.equal((await client.late(new Date(), "1")).status, "ok");
});

test("a failure aborts what waits, unless it is asked not to; what comes later runs", async () => {
  const fails = 'throw new Error("no");';
  const sent = join(folder, "sent");
  const all = [execute(`${computeUntil(sent)} ${fails}`), execute("1"), execute("2")];
  // Behind them on the same channel.
  await kernel.request("kernel_info_request", {});
  writeFileSync(sent, "");
  const aborted = await Promise.all(all);
  assert.deepEqual(
    aborted.map(({ status }) => status),
    ["error", "aborted", "aborted"],
  );
  const going = await Promise.all([execute(fails, { stop_on_error: false }), execute("1")]);
  assert.deepEqual(
    going.map(({ status }) => status),
    ["error", "ok"],
  );
});

test("silent runs tell nothing, and neither they nor those that are not stored are counted", async () => {
  const { execution_count: count } = await execute("let counted = 1;");
  heard = [];
  assert.equal((await execute("counted++; 5", { silent: true })).execution_count, count);
  assert.deepEqual(told(), ["busy", "idle"]);
  assert.equal((await execute("counted++; 5", { store_history: false })).execution_count, count);
  const last = await execute("counted");
  assert.equal(last.execution_count, Number(count) + 1);
  const { history } = await kernel.request("history_request", { hist_access_type: "tail", n: 2, output: true });
  assert.deepEqual(history, [
    [1, count, ["let counted = 1;", null]],
    [1, Number(count) + 1, ["counted", "3"]],
  ]);
});

test("expressions of the user's are evaluated after the cell, each for itself", async () => {
  const { user_expressions: values } = await execute("const base = 20;", {
    user_expressions: { good: "base + 1", bad: "nothing" },
  });
  const { good, bad } = values as Record<string, Content>;
  assert.deepEqual(good, { status: "ok", data: { "text/plain": "21" }, metadata: {} });
  assert.deepEqual([bad?.status, bad?.evalue], ["error", "1:1 - Cannot find name 'nothing'."]);
});

test("a cell asks a question, and is told where nobody can be asked", async () => {
  const code = 'import { lab } from "palimpsest";\nawait lab.ask("your name?", { password: true })';
  const refused = await execute(code, { allow_stdin: false });
  assert.match(String(refused.evalue), /^ask: nobody can be asked here; give it as a parameter/);
  const answered = client.ask("shell", "execute_request", { code, silent: false, allow_stdin: true });
  assert.deepEqual(await client.type("Ada"), { prompt: "your name?", password: true });
  assert.equal((await answered).status, "ok");
  assert.deepEqual((await published("execute_result")).content.data, { "text/plain": "'Ada'" });
});

test("comms, debuggers and what else this kernel has not are refused plainly", async () => {
  client.send("shell", "comm_open", { comm_id: "c", target_name: "jupyter.widget", data: {} });
  assert.deepEqual((await client.ask("shell", "comm_info_request", {})).comms, {});
  assert.deepEqual((await published("comm_close")).content, { comm_id: "c", data: {} });
  const { status, evalue } = await client.ask("control", "debug_request", {});
  assert.deepEqual([status, evalue], ["error", "this kernel has no answer to debug_request"]);
});

test("what a timer of an earlier cell prints is that cell's", async () => {
  const id = client.send("shell", "execute_request", {
    code: 'setTimeout(() => console.log("late"), 300); void 0;',
    silent: false,
  });
  await execute('await new Promise((done) => setTimeout(done, 600)); console.log("own");');
  const texts = ofType("stream").map(({ parent, content }) => [content.text, parent.msg_id === id]);
  assert.deepEqual(texts, [
    ["late\n", true],
    ["own\n", false],
  ]);
});

test("the outputs of cells that run and wait are there for a client that comes back", async () => {
  const ask = (code: string, cellId: string): string =>
    client.send("shell", "execute_request", { code, silent: false }, { cellId });
  const seen = join(folder, "seen");
  const [running] = [ask(`console.log("so far"); ${computeUntil(seen)}`, "a"), ask("1", "b")];
  while (!told().includes("so far\n")) await sleep(5);
  let cells: unknown;
  do ({ cells } = await client.ask("control", "palimpsest_outputs_request", {}));
  while (!Object.hasOwn(cells as object, "b"));
  writeFileSync(seen, "");
  const { a, b, ...others } = cells as Record<string, Content>;
  assert.deepEqual([a?.msg_id, a?.state, b?.state, others], [running, "running", "waiting", {}]);
  assert.deepEqual(a?.outputs, [{ output_type: "stream", name: "stdout", text: "so far\n" }]);
  await execute("2");
});

test("a line of output for each of 200,000 turns arrives whole, in few messages", async () => {
  const { status } = await execute("(() => { for (let i = 0; i < 200_000; i++) console.log(i); })();");
  assert.equal(status, "ok");
  const texts = ofType("stream").map(({ content }) => String(content.text));
  assert.equal(texts.join(""), Array.from({ length: 200_000 }, (_, i) => `${i}\n`).join(""));
  assert.ok(texts.length < 20_000, `${texts.length} messages`);
});
