/**
 * Which cells of an open notebook show what is no longer so: those that used a name which was since made from other code.
 * By the `cellId` that JupyterLab gives with a request. Blind to what is not in the cells' names: data files, the clock,
 * an object that is changed in place.
 */
import { createHash } from "node:crypto";
import { namesOf } from "../notebook/cell-names.js";

export interface StaleCells {
  /** A cell has run well. */
  ran(id: string, source: string, count: number): void;
  /** By id, why a cell is stale: a line for its reader. */
  all(): Record<string, string>;
}

/** What a name stands for: `hash` is of all the code that made it. */
interface Value {
  hash: string;
  id: string;
  count: number;
}

export function staleCells(): StaleCells {
  const values = new Map<string, Value>();
  /** By id, in the order in which they ran last: what they took, as it was. */
  const cells = new Map<string, Map<string, Value>>();
  return {
    ran: (id, source, count) => {
      const { code, declares, uses } = namesOf(source);
      const taken = new Map([...uses.keys()].flatMap((name) => (values.has(name) ? [[name, values.get(name)!]] : [])));
      const parts = [code, ...[...taken].map(([name, { hash }]) => `${name} ${hash}`)];
      const hash = createHash("sha256").update(parts.join("\n")).digest("hex");
      cells.delete(id);
      cells.set(id, taken);
      for (const name of declares.keys()) values.set(name, { hash, id, count });
    },
    all: () => {
      const stale: Record<string, string> = {};
      for (const [id, taken] of cells)
        for (const [name, was] of taken) {
          const now = values.get(name)!;
          if (now.id === id) continue;
          if (now.hash !== was.hash) stale[id] ??= `stale: uses ${name}, which cell [${now.count}] made anew`;
        }
      // What a stale cell made is stale too.
      for (let before = -1; before !== Object.keys(stale).length;) {
        before = Object.keys(stale).length;
        for (const [id, taken] of cells)
          for (const [name, { id: maker }] of taken)
            if (maker in stale && maker !== id) stale[id] ??= `stale: uses ${name} of a cell that is stale`;
      }
      return stale;
    },
  };
}
