/**
 * What a kernel publishes while cells run, as the outputs a notebook stores. Displays may be updated in place later, also
 * by other cells; progress of our own is handed on and never stored.
 */
import type { Progress } from "../../types.js";
import type { MimeBundle, Output } from "./notebook.js";
import type { Message } from "../wire.js";

/** A `Progress`, sent by the library in a kernel to whoever drives it. */
export const progressMime = "application/vnd.palimpsest.progress+json";

export interface Collector {
  /** From now on, what request `id` causes is added to `outputs`. */
  follow(id: string, outputs: Output[]): void;
  take(message: Message): void;
  /** The id by which a display may be updated in place. */
  displayIdOf(output: Output): string | undefined;
}

type Display = Extract<Output, { output_type: "display_data" }>;

export function collectOutputs(onProgress: (progress: Progress) => void): Collector {
  const cells = new Map<string, { outputs: Output[]; clear: boolean }>();
  const displays = new Map<string, Display[]>();
  const ids = new WeakMap<Output, string>();
  const showing = (content: Message["content"]): string | undefined =>
    (content.transient as { display_id?: string } | undefined)?.display_id;

  const take = (message: Message): void => {
    const { content } = message;
    const type = message.header.msg_type;
    if (type === "display_data" || type === "update_display_data") {
      const progress = (content.data as MimeBundle)[progressMime];
      if (progress !== undefined) return onProgress(progress as Progress);
    }
    if (type === "update_display_data") {
      // The content of the last update is what is stored, wherever the display stands; an update of an unknown display is dropped.
      for (const each of displays.get(showing(content) ?? "") ?? []) Object.assign(each, displayed(content));
      return;
    }
    const cell = cells.get(message.parent.msg_id ?? "");
    if (cell === undefined) return;
    if (type === "clear_output") {
      if (content.wait) cell.clear = true;
      else cell.outputs.length = 0;
      return;
    }
    const output = outputOf(type, content);
    if (output === undefined) return;
    if (cell.clear) cell.outputs.length = 0;
    cell.clear = false;
    const last = cell.outputs.at(-1);
    if (output.output_type === "stream" && last?.output_type === "stream" && last.name === output.name) {
      last.text += output.text;
      return;
    }
    cell.outputs.push(output);
    const id = showing(content);
    if (output.output_type !== "display_data" || id === undefined) return;
    ids.set(output, id);
    displays.set(id, [...(displays.get(id) ?? []), output]);
  };
  return {
    follow: (id, outputs) => void cells.set(id, { outputs, clear: false }),
    take,
    displayIdOf: (output) => ids.get(output),
  };
}

function displayed(content: Message["content"]): { data: MimeBundle; metadata: Record<string, unknown> } {
  return { data: content.data as MimeBundle, metadata: (content.metadata ?? {}) as Record<string, unknown> };
}

function outputOf(type: string, content: Message["content"]): Output | undefined {
  switch (type) {
    case "stream":
      return {
        output_type: "stream",
        name: content.name === "stderr" ? "stderr" : "stdout",
        text: String(content.text),
      };
    case "display_data":
      return { output_type: "display_data", ...displayed(content) };
    case "execute_result":
      return {
        output_type: "execute_result",
        ...displayed(content),
        execution_count: (content.execution_count as number | undefined) ?? null,
      };
    case "error":
      return {
        output_type: "error",
        ename: String(content.ename),
        evalue: String(content.evalue),
        traceback: (content.traceback as string[] | undefined) ?? [],
      };
    default:
      return undefined;
  }
}
