/** `palimpsest teach`: one notebook becomes the class's and the teacher's, and what comes back is checked. */
import type { Command } from "commander";
import { addTeachBuild } from "./teach-build.js";
import { addTeachCheck } from "./teach-check.js";
import { addTeachPrint } from "./teach-print.js";
import { example } from "./work.js";

export function addTeach(program: Command): void {
  const teach = program.command("teach").summary("a class: hand out, check what comes back");
  example(teach, "palimpsest teach build lesson.ipynb --out class");
  addTeachBuild(teach);
  addTeachCheck(teach);
  addTeachPrint(teach);
}
