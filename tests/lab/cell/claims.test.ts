import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { report } from "../../../src/lab/cell/report.js";

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
