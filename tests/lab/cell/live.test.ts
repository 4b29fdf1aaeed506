import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { progress } from "../../../src/lab/cell/cell-progress.js";
import { setHost, type DisplayContent, type Host } from "../../../src/lab/cell/host.js";
import { progressMime } from "../../../src/lab/notebook/outputs.js";
import { liveChart } from "../../../src/lab/cell/show.js";

let sent: { content: DisplayContent; update: boolean }[] = [];
let host: Host;
const start = (runner = false): void => {
  sent = [];
  host = {
    sender: () => (content, update) => void sent.push({ content, update }),
    ask: () => Promise.reject(new Error("nobody is there")),
    interruptible: new Set(),
    cellEnd: new Set(),
    folder: "/",
    runner,
  };
  setHost(host);
};
beforeEach(() => start());
const endCell = (): void => host.cellEnd.forEach((flush) => flush());
const figure = (n: number): { data: { y: number[] }[]; layout: object } => ({ data: [{ y: [n] }], layout: {} });
const shown = (): unknown[] =>
  sent.map(
    ({ content }) => (content.data["application/vnd.plotly.v1+json"] as { data: [{ y: [number] }] }).data[0].y[0],
  );

test("a live chart changes at most once a period, and its cell ends with the last figure", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1e6 });
  const chart = liveChart(figure(0));
  for (let n = 1; n <= 250; n++) {
    t.mock.timers.tick(10);
    chart.update(figure(n));
  }
  assert.deepEqual(shown(), [0, 99, 199]);
  endCell();
  assert.deepEqual(shown(), [0, 99, 199, 250]);
  endCell();
  t.mock.timers.tick(5000);
  assert.equal(sent.length, 4);
  assert.deepEqual(
    sent.map(({ update }) => update),
    [false, true, true, true],
  );
  assert.equal(new Set(sent.map(({ content }) => content.transient.display_id)).size, 1);
});

test("an update after the cell still arrives", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1e6 });
  const chart = liveChart(figure(0), { every: 100 });
  endCell();
  chart.update(figure(1));
  chart.update(figure(2));
  t.mock.timers.tick(100);
  assert.deepEqual(shown(), [0, 2]);
});

test("progress under our runner is sent as data and never as something to keep", () => {
  start(true);
  const { report, done } = progress();
  report({ label: "train", done: 1, total: 2 });
  done();
  assert.deepEqual(
    sent.map(({ content }) => content.data),
    [{ [progressMime]: { label: "train", done: 1, total: 2 } }],
  );
});

test("progress in a front end is one line that changes in place, at most once a second", (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: 1e6 });
  const { report, done } = progress();
  for (let step = 0; step <= 30; step++) {
    report({ label: "<train>", done: step, total: 100 });
    t.mock.timers.tick(100);
  }
  done();
  const lines = sent.map(({ content }) => content.data["text/plain"]);
  assert.deepEqual(lines, [
    "<train> 0% (0/100)",
    "<train> 10% (10/100)",
    "<train> 20% (20/100)",
    "<train> 30% (30/100)",
  ]);
  assert.deepEqual(
    sent.map(({ update }) => update),
    [false, true, true, true],
  );
  assert.match(String(sent[3]?.content.data["text/html"]), /<progress max="100" value="30".*&lt;train&gt;/);
  endCell();
  assert.equal(sent.length, 4);
});

test("a reporter that a later cell goes on with has a line of its own there", () => {
  const { report } = progress();
  report({ label: "train", done: 1, total: 3 });
  endCell();
  report({ label: "train", done: 2, total: 3 });
  report({ label: "train", done: 3, total: 3 });
  endCell();
  const lines = sent.map(({ content, update }) => [content.data["text/plain"], update]);
  assert.deepEqual(lines, [
    ["train 33% (1/3)", false],
    ["train 66% (2/3)", false],
    ["train 100% (3/3)", true],
  ]);
  assert.equal(new Set(sent.map(({ content }) => content.transient.display_id)).size, 2);
});
