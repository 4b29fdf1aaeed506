import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import * as charts from "../../../src/charts/index.js";
import { report, type ReportFigure } from "../../../src/lab/cell/report.js";

const dir = mkdtempSync(join(tmpdir(), "palimpsest-claims-"));
after(() => rmSync(dir, { recursive: true }));

test("claims are one table, and stand in the summary", () => {
  const made = report({ dir, title: "A question" });
  assert.throws(() => made.claims(), /^Error: report: invalid claims: none/);
  made.claim({ paper: "Ibrahim et al. 2024", says: "replay helps", measured: "it did, by 0.1", holds: true });
  made.claim({ paper: "Gupta et al. 2023", says: "the peak matters", measured: "within the noise", holds: null });
  made.claims();
  const [head, ...rows] = readFileSync(join(dir, "tables", "claims.csv"), "utf8")
    .trim()
    .split("\n");
  assert.equal(head, "paper,says,measured,holds here");
  assert.deepEqual(rows, [
    'Ibrahim et al. 2024,replay helps,"it did, by 0.1",yes',
    "Gupta et al. 2023,the peak matters,within the noise,cannot tell",
  ]);
  const { claims } = JSON.parse(readFileSync(join(dir, "summary.json"), "utf8")) as { claims: { holds: unknown }[] };
  assert.deepEqual(
    claims.map(({ holds }) => holds),
    [true, null],
  );
});

test("a conclusion stands in the summary and on the page, with the claims, and what is not so is passed over", () => {
  const made = report({ dir, title: "A question" });
  made.claim({ paper: "Ye et al. 2024", says: "an exponential", measured: "a power", holds: false });
  made.conclude({
    answer: "A tenth.",
    headlines: [{ label: "Share", value: "10 %" }],
    remarks: ["One seed.", false, undefined],
  });
  const summary = JSON.parse(readFileSync(join(dir, "summary.json"), "utf8")) as Record<string, unknown>;
  assert.equal(summary.answer, "A tenth.");
  assert.deepEqual(summary.remarks, ["One seed."]);
  const written = readFileSync(join(dir, "index.html"), "utf8");
  for (const part of ["10 %", "<li>One seed.</li>", "Ye et al. 2024: an exponential. Here: a power. Holds here: no."])
    assert.ok(written.includes(part), part);
});

test("a figure's table and a table of its own have two names, for they would be one file", () => {
  const made = report({ dir: join(dir, "names"), title: "A question" });
  const figure = charts.changeCurves({ rows: [{ arm: "a", seed: 1, step: 0, change: 0 }], axis: "x" });
  const drawn = (name: string): void => made.figure({ name, title: name, caption: "", figure, table: [{ a: 1 }] });
  made.table("means", [{ a: 1 }]);
  made.table("means", [{ a: 2 }]); // its cell has run again
  assert.throws(() => drawn("means"), /^Error: report: invalid name: means \(tables\/means\.csv would be/);
  drawn("arms");
  drawn("arms");
  assert.throws(() => made.table("arms", [{ a: 1 }]), /^Error: report: invalid name: arms/);
});

test("a table has the columns of all its rows, empty where a row has none", () => {
  const made = report({ dir: join(dir, "columns"), title: "A question" });
  made.table("plane", [
    { learned: 1, share: 0.1 },
    { learned: 2, label: "a rule" },
  ]);
  assert.equal(
    readFileSync(join(dir, "columns", "tables", "plane.csv"), "utf8").trim(),
    "learned,share,label\n1,0.1,\n2,,a rule",
  );
});

test("where only some cells of a notebook run again, a report goes on from what it was", () => {
  const figureOf = (name: string, caption: string): ReportFigure => {
    const figure = charts.changeCurves({ rows: [{ arm: "a", seed: 1, step: 0, change: 0 }], axis: name });
    return { name, title: name, caption, figure, table: [{ a: 1 }] };
  };
  const whole = report({ dir: join(dir, "again"), title: "A question" });
  whole.figure(figureOf("first", "one"));
  whole.figure(figureOf("second", "two"));
  whole.claim({ paper: "Ye et al. 2024", says: "an exponential", measured: "a power", holds: false });
  whole.conclude({ headlines: [{ label: "Share", value: "10 %" }], remarks: ["One seed."] });
  whole.note({ kept: 1 });
  process.env.PALIMPSEST_CHANGED = "1";
  try {
    const some = report({ dir: join(dir, "again"), title: "A question" });
    some.figure(figureOf("first", "one, better"));
    assert.deepEqual(some.files(), whole.files());
    const page = readFileSync(join(dir, "again", "index.html"), "utf8");
    const parts = ["one, better", "two", "Ye et al. 2024", "10 %", "One seed."];
    for (const part of parts) assert.ok(page.includes(part), part);
    assert.ok(page.indexOf("one, better") < page.indexOf("two"), "figures keep their order");
    const { kept } = JSON.parse(readFileSync(join(dir, "again", "summary.json"), "utf8")) as { kept: number };
    assert.equal(kept, 1);
  } finally {
    delete process.env.PALIMPSEST_CHANGED;
  }
});
