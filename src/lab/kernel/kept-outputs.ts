/**
 * The outputs of the cells that run, wait, or ran since the kernel was last at rest, for a client that comes back: a closed
 * tab loses nothing of them. By the `cellId` that JupyterLab gives with a request; requests without one are not kept.
 */
import { collectOutputs } from "../notebook/outputs.js";
import type { Output } from "../notebook/notebook.js";
import type { Message } from "../wire.js";

/** As a client gets it. */
export interface KeptCell {
  /** The request's, which outputs that are yet to come have as their parent's. */
  msg_id: string;
  /** The client's that asked. */
  session: string;
  state: "waiting" | "running" | "done";
  execution_count: number | null;
  /** As nbformat has them; those that may be updated in place with `transient.display_id`. */
  outputs: (Output & { transient?: { display_id: string } })[];
}

export interface KeptOutputs {
  /** `rested`: nothing ran or waited before this one. */
  wait(request: Message, rested: boolean): void;
  begin(request: Message, count: number): void;
  end(request: Message): void;
  /** Something was published. */
  take(message: Message): void;
  all(): Record<string, KeptCell>;
}

/** Characters of a stream that are kept of a cell. */
const longest = 1e6;

export function keepOutputs(): KeptOutputs {
  let cells: Record<string, KeptCell> = {};
  let collector = collectOutputs(() => {});
  const cellOf = ({ header, metadata }: Message): KeptCell | undefined => {
    const cell = cells[String(metadata.cellId)];
    return cell?.msg_id === header.msg_id ? cell : undefined;
  };
  return {
    wait: (request, rested) => {
      if (rested) [cells, collector] = [{}, collectOutputs(() => {})];
      const { header, metadata } = request;
      if (typeof metadata.cellId !== "string") return;
      const cell: KeptCell = {
        msg_id: header.msg_id,
        session: header.session,
        state: "waiting",
        execution_count: null,
        outputs: [],
      };
      cells = { ...cells, [metadata.cellId]: cell };
      collector.follow(header.msg_id, cell.outputs);
    },
    begin: (request, count) => {
      const cell = cellOf(request);
      if (cell) Object.assign(cell, { state: "running", execution_count: count });
    },
    end: (request) => {
      const cell = cellOf(request);
      if (cell) cell.state = "done";
    },
    take: (message) => {
      collector.take(message);
      for (const { msg_id: id, outputs } of Object.values(cells))
        if (id === message.parent.msg_id) shorten(outputs.at(-1));
    },
    all: () => {
      const named = (output: Output): KeptCell["outputs"][number] => {
        const display_id = collector.displayIdOf(output);
        return display_id === undefined ? output : { ...output, transient: { display_id } };
      };
      const told = (cell: KeptCell): KeptCell => ({ ...cell, outputs: cell.outputs.map(named) });
      return Object.fromEntries(Object.entries(cells).map(([id, cell]) => [id, told(cell)]));
    },
  };
}

function shorten(output: Output | undefined): void {
  if (output?.output_type !== "stream" || output.text.length <= 2 * longest) return;
  output.text = `… (the start of this output was not kept)\n${output.text.slice(-longest)}`;
}
