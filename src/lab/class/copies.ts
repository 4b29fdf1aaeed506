/**
 * One notebook of the teacher becomes two: the student's, where solutions are stubs, and the teacher's, where they are plain
 * code. Markers are comments in code, in nbgrader's words: `// BEGIN SOLUTION` … `// END SOLUTION`, and inside them `// STUB …`
 * for a line that the student gets in place of them (else it is one that says that code is missing). A cell tagged `solution`
 * without markers is a stub as a whole; cells tagged `teacher-only` are the teacher's alone. Pure: reads and runs nothing.
 */
import { isTagged, type Cell, type Notebook } from "../notebook/notebook.js";

/** What code that a student has not written throws. */
export const missing = "your code is missing here";

const begin = /^(\s*)\/\/\s*#*\s*BEGIN SOLUTION\s*$/i;
const end = /^\s*\/\/\s*#*\s*END SOLUTION\s*$/i;
const stubLine = /^(\s*)\/\/\s*STUB:? ?(.*)$/;

/** Without solutions, outputs and what is for the teacher; checks cannot be edited or deleted in JupyterLab. */
export function studentCopy(source: Notebook): Notebook {
  const cells = source.cells.flatMap((cell, at) => (isTagged(cell, "teacher-only") ? [] : [stubbed(cell, at)]));
  if (!cells.some((cell) => isTagged(cell, "check")))
    throw new Error("studentCopy: invalid notebook: it has no cell tagged check, so nothing could say what is wrong");
  return { ...source, cells };
}

/** With the solutions as plain code, outputs as they were. */
export function teacherCopy(source: Notebook): Notebook {
  const solved = (lines: Line[]): string[] => lines.flatMap(({ text, part }) => (part === "solution" ? [text] : []));
  return {
    ...source,
    cells: source.cells.map((cell, at) =>
      cell.cell_type === "code" ? { ...cell, source: rewritten(cell.source, at, solved) } : cell,
    ),
  };
}

function stubbed(cell: Cell, at: number): Cell {
  const whole = isTagged(cell, "solution");
  if (cell.cell_type !== "code") return whole ? { ...cell, source: "_Your answer:_" } : cell;
  const source = rewritten(cell.source, at, stubOf);
  const marked = source !== cell.source;
  const fixed = isTagged(cell, "check") ? { editable: false, deletable: false } : {};
  const tags = marked && !whole ? { tags: [...((cell.metadata.tags as string[] | undefined) ?? []), "solution"] } : {};
  return {
    ...cell,
    source: whole && !marked ? "// your code here" : source,
    metadata: { ...cell.metadata, ...fixed, ...tags },
    outputs: [],
    execution_count: null,
  };
}

interface Line {
  text: string;
  part: "solution" | "stub";
}

function stubOf(lines: Line[], indent: string): string[] {
  const given = lines.flatMap(({ text, part }) => (part === "stub" ? [text] : []));
  return given.length > 0 ? given : [`${indent}// your code here`, `${indent}throw new Error("${missing}");`];
}

/** The source with each marked region replaced by what `of` makes of its lines. */
function rewritten(source: string, at: number, of: (lines: Line[], indent: string) => string[]): string {
  const refuse = (line: number, why: string): never => {
    throw new Error(`invalid solution: cell ${at + 1}, line ${line + 1}: ${why}`);
  };
  const out: string[] = [];
  let region: { indent: string; from: number; lines: Line[] } | undefined;
  for (const [number, text] of source.split("\n").entries()) {
    const opening = begin.exec(text);
    if (opening && region) refuse(number, "BEGIN SOLUTION inside another");
    if (end.test(text) && !region) refuse(number, "END SOLUTION without BEGIN SOLUTION");
    if (opening) region = { indent: opening[1]!, from: number, lines: [] };
    else if (region && end.test(text)) {
      out.push(...of(region.lines, region.indent));
      region = undefined;
    } else if (region) {
      const stub = stubLine.exec(text);
      region.lines.push(stub ? { text: stub[1]! + stub[2]!, part: "stub" } : { text, part: "solution" });
    } else out.push(text);
  }
  if (region) refuse(region.from, "BEGIN SOLUTION without END SOLUTION");
  return out.join("\n");
}
