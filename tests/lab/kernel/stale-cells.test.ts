import assert from "node:assert/strict";
import { test } from "node:test";
import { staleCells } from "../../../src/lab/kernel/stale-cells.js";

test("cells that used a name are stale when it was made from other code, and those after them, until they run", () => {
  const cells = staleCells();
  let count = 0;
  const run = (id: string, source: string): void => cells.ran(id, source, ++count);
  run("a", "const x = 1;");
  run("b", "const y = x + 1;");
  run("c", "console.log(y);");
  run("d", "const z = 5;");
  run("a", "const x = 1; // the same");
  assert.deepEqual(cells.all(), {});
  run("a", "const x = 2;");
  const after = "stale: uses y of a cell that is stale";
  assert.deepEqual(cells.all(), { b: "stale: uses x, which cell [6] made anew", c: after });
  run("b", "const y = x + 1;");
  assert.deepEqual(cells.all(), { c: "stale: uses y, which cell [7] made anew" });
  run("c", "console.log(y);");
  assert.deepEqual(cells.all(), {});
});
