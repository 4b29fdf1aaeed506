import assert from "node:assert/strict";
import { test } from "node:test";
import { keepOutputs } from "../../../src/lab/kernel/kept-outputs.js";
import { createMessage, replyTo, type Content, type Message } from "../../../src/lab/wire.js";

const asked = (cellId: string): Message => ({
  ...createMessage("execute_request", { code: "" }, "client"),
  metadata: { cellId },
});

test("a client that comes back gets the cells since the kernel was at rest, with the displays it may update", () => {
  const kept = keepOutputs();
  const [first, second, later] = ["first", "second", "later"].map(asked) as [Message, Message, Message];
  kept.wait(first, true);
  kept.wait(second, false);
  kept.begin(first, 1);
  const publish = (type: string, content: Content): void => kept.take(replyTo(first, type, content));
  const transient = { display_id: "chart" };
  publish("stream", { name: "stdout", text: "so far" });
  publish("display_data", { data: { "text/plain": "1" }, metadata: {}, transient });
  publish("update_display_data", { data: { "text/plain": "2" }, metadata: {}, transient });
  const outputs = [
    { output_type: "stream", name: "stdout", text: "so far" },
    { output_type: "display_data", data: { "text/plain": "2" }, metadata: {}, transient },
  ];
  const idOf = ({ header }: Message): string => header.msg_id;
  const common = { session: "client", execution_count: null, outputs: [] };
  assert.deepEqual(kept.all(), {
    first: { ...common, msg_id: idOf(first), state: "running", execution_count: 1, outputs },
    second: { ...common, msg_id: idOf(second), state: "waiting" },
  });
  kept.end(first);
  assert.equal(kept.all().first!.state, "done");
  kept.wait(later, true);
  assert.deepEqual(Object.keys(kept.all()), ["later"]);
});
