/** A notebook that is opened in mid-run, as JupyterLab's models have it, and a kernel that answers what it has kept. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { outputsSoFar } from "../../../src/lab/jupyter/page/outputs-so-far.js";

interface Output {
  output_type: string;
  text?: string;
  data?: object;
}

class Cell {
  type = "code";
  trusted = false;
  executionState = "idle";
  executionCount: number | null = null;
  shown: Output[] = [{ output_type: "stream", text: "of an earlier run" }];
  outputs = {
    length: 0,
    clear: () => void (this.shown = []),
    add: (output: Output) => this.shown.push(output),
    set: (index: number, output: Output) => void (this.shown[index] = output),
  };
  constructor(readonly id: string) {}
}

const picture = (value: number): object => ({ data: { "text/plain": String(value) }, metadata: {} });
const stream = (text: string): Output & { name: string } => ({ output_type: "stream", name: "stdout", text });

test("an opened notebook gets what its running cells have put out, and what comes, once", async () => {
  const [done, running, other, own] = ["done", "running", "other", "own"].map((id) => new Cell(id)) as [
    Cell,
    Cell,
    Cell,
    Cell,
  ];
  let hear = (_: unknown, _message: object): void => {};
  const message = (date: string, msg_id: string, msg_type: string, content: object): void =>
    hear(undefined, { header: { msg_type, date }, parent_header: { msg_id }, content });
  const sent: { header: { msg_type: string }; channel: string }[] = [];
  const cells = {
    done: { msg_id: "1", session: "before", state: "done", execution_count: 4, outputs: [stream("kept")] },
    running: {
      msg_id: "2",
      session: "before",
      state: "running",
      execution_count: 5,
      outputs: [stream("so far"), { output_type: "display_data", ...picture(1), transient: { display_id: "chart" } }],
    },
    gone: { msg_id: "3", session: "before", state: "waiting", execution_count: null, outputs: [] },
    own: { msg_id: "4", session: "client", state: "running", execution_count: 6, outputs: [] },
  };
  const kernel = {
    clientId: "client",
    username: "",
    info: Promise.resolve({ implementation: "palimpsest" }),
    iopubMessage: { connect: (slot: typeof hear) => void (hear = slot) },
    sendControlMessage: (request: (typeof sent)[number]) => {
      sent.push(request);
      // One that the answer holds already, and one that it does not.
      message("2026-01-01T00:00:01Z", "2", "stream", { name: "stdout", text: "so far" });
      message("2026-01-01T00:00:03Z", "2", "stream", { name: "stdout", text: "early" });
      return { done: Promise.resolve({ header: { date: "2026-01-01T00:00:02Z" }, content: { cells } }) };
    },
  };
  const panel = {
    context: { ready: Promise.resolve() },
    sessionContext: { ready: Promise.resolve(), session: { kernel } },
    content: { model: { cells: [done, running, other, own] } },
  };
  let open = (_: unknown, _panel: object): void => {};
  const plugin = outputsSoFar({ INotebookTracker: {} }) as { activate(app: object, tracker: object): void };
  plugin.activate({}, { widgetAdded: { connect: (slot: typeof open) => void (open = slot) } });
  open(undefined, panel);
  await setImmediate();

  assert.deepEqual(
    sent.map(({ header, channel }) => [header.msg_type, channel]),
    [["palimpsest_outputs_request", "control"]],
  );
  assert.deepEqual([done.shown, done.executionCount, done.executionState], [[stream("kept")], 4, "idle"]);
  assert.deepEqual([running.executionState, running.executionCount, running.trusted], ["running", null, true]);
  const display = (value: number): object => ({ output_type: "display_data", ...picture(value) });
  assert.deepEqual(running.shown, [stream("so far"), display(1), stream("early")]);

  message("2026-01-01T00:00:04Z", "9", "update_display_data", { ...picture(2), transient: { display_id: "chart" } });
  message("2026-01-01T00:00:05Z", "2", "stream", { name: "stdout", text: "late" });
  message("2026-01-01T00:00:06Z", "9", "stream", { name: "stdout", text: "of another client" });
  message("2026-01-01T00:00:07Z", "2", "status", { execution_state: "idle" });
  assert.deepEqual(running.shown, [stream("so far"), display(2), stream("early"), stream("late")]);
  assert.deepEqual([running.executionState, running.executionCount], ["idle", 5]);
  assert.equal(own.shown.length, 1, "a cell that this page runs is followed by the page");
  assert.equal(other.shown.length, 1, "a cell that did not run keeps what its file says");
});
