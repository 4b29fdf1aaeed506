import assert from "node:assert/strict";
import { test } from "node:test";
import type { Output } from "../../../src/lab/notebook/notebook.js";
import { collectOutputs, progressMime } from "../../../src/lab/notebook/outputs.js";
import { createMessage, type Content, type Message } from "../../../src/lab/wire.js";
import type { Progress } from "../../../src/types.js";

const from = (id: string, type: string, content: Content): Message => ({
  ...createMessage(type, content, "s"),
  parent: { msg_id: id },
});
const stream = (id: string, text: string, name = "stdout"): Message => from(id, "stream", { name, text });
const display = (id: string, text: string, displayId?: string, update = false): Message =>
  from(id, update ? "update_display_data" : "display_data", {
    data: { "text/plain": text },
    metadata: {},
    transient: displayId ? { display_id: displayId } : {},
  });

function collect(messages: Message[]): { cells: Record<string, Output[]>; progress: Progress[] } {
  const cells: Record<string, Output[]> = { a: [], b: [] };
  const progress: Progress[] = [];
  const collector = collectOutputs((each) => progress.push(each));
  for (const [id, outputs] of Object.entries(cells)) collector.follow(id, outputs);
  messages.forEach(collector.take);
  return { cells, progress };
}
const plain = (outputs: Output[] = []): string[] =>
  outputs.map((each) =>
    each.output_type === "stream"
      ? `${each.name}:${each.text}`
      : "data" in each
        ? String(each.data["text/plain"])
        : each.ename,
  );

test("text of one stream is one output until something else comes between", () => {
  const { cells } = collect([
    stream("a", "1\n"),
    stream("a", "2\n"),
    stream("a", "e", "stderr"),
    stream("a", "3"),
    display("a", "d"),
    stream("a", "4"),
  ]);
  assert.deepEqual(plain(cells.a), ["stdout:1\n2\n", "stderr:e", "stdout:3", "d", "stdout:4"]);
});

test("output belongs to the cell that caused it, also when it comes late", () => {
  const { cells } = collect([stream("b", "b"), stream("a", "late"), stream("nobody", "x")]);
  assert.deepEqual([plain(cells.a), plain(cells.b)], [["stdout:late"], ["stdout:b"]]);
});

test("an update replaces every display of its id, whichever cell sends it, and adds none", () => {
  const { cells } = collect([
    display("a", "1", "id"),
    display("a", "other", "id2"),
    display("b", "again", "id"),
    display("b", "2", "id", true),
    display("b", "?", "unknown", true),
  ]);
  assert.deepEqual([plain(cells.a), plain(cells.b)], [["2", "other"], ["2"]]);
});

test("clear_output empties the cell, at once or with what comes next", () => {
  const now = collect([stream("a", "1"), from("a", "clear_output", { wait: false })]);
  assert.deepEqual(plain(now.cells.a), []);
  const later = collect([stream("a", "1"), from("a", "clear_output", { wait: true })]);
  assert.deepEqual(plain(later.cells.a), ["stdout:1"]);
  const next = collect([stream("a", "1"), from("a", "clear_output", { wait: true }), stream("a", "2")]);
  assert.deepEqual(plain(next.cells.a), ["stdout:2"]);
});

test("progress is handed on and never stored", () => {
  const report = { label: "train", done: 1, total: 2 };
  const content = { data: { [progressMime]: report }, metadata: {}, transient: { display_id: "p" } };
  const { cells, progress } = collect([from("a", "display_data", content), from("a", "update_display_data", content)]);
  assert.deepEqual(progress, [report, report]);
  assert.deepEqual(cells.a, []);
});
