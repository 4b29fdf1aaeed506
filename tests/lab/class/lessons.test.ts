/** The lessons as they are handed out: without a solution, and with every exercise checked. They are run by `teach build --execute`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { missing, studentCopy, teacherCopy } from "../../../src/lab/class/copies.js";
import { exercisesOf } from "../../../src/lab/class/exercises.js";
import { isTagged, parseNotebook } from "../../../src/lab/notebook/notebook.js";
import { projectFiles, read } from "../../house/sources.js";

const lessons = projectFiles().filter((path) => /^notebooks\/teaching\/[^/]+\.ipynb$/.test(path));

test("a lesson has three to five exercises, each with something to write and a check, and a page for the teacher", () => {
  assert.equal(lessons.length, 4);
  for (const path of lessons) {
    const source = parseNotebook(read(path), path);
    const names = exercisesOf({ notebook: source, failures: [] }).map(({ name }) => name);
    const codes = names.filter((name) => name.startsWith("Exercise "));
    assert.deepEqual(names, codes, path);
    assert.ok(codes.length >= 3 && codes.length <= 5, path);
    const student = studentCopy(source);
    const stubs = student.cells.filter(({ source: text }) => text.includes(missing) || text.includes("your code here"));
    assert.ok(stubs.length >= names.length - 1, path);
    assert.equal(source.cells.filter((cell) => isTagged(cell, "teacher-only")).length, 1, path);
    const said = JSON.stringify(student);
    assert.doesNotMatch(said, /BEGIN SOLUTION|END SOLUTION|STUB|For the teacher/, path);
    assert.doesNotMatch(
      JSON.stringify(teacherCopy(source)),
      /BEGIN SOLUTION|END SOLUTION|STUB|your code is missing/,
      path,
    );
  }
});
