/**
 * Progress from inside a notebook: a bar on the terminal when `palimpsest run` drives the kernel (and nothing in the
 * notebook), a line that updates in place in JupyterLab or an editor, and a plain bar in a script.
 */
import { randomUUID } from "node:crypto";
import type { Progress } from "../../types.js";
import { type DisplaySender, getHost, type Host } from "./host.js";
import { progressMime } from "../notebook/outputs.js";
import { describeProgress, progressReporter, type ProgressReporter } from "./progress.js";
import { escapeHtml } from "./table.js";

/** Give `report` to anything that takes `onProgress`; call `done` when it is over. */
export function progress(): ProgressReporter {
  const host = getHost();
  return host ? inCell(host) : progressReporter();
}

function inCell(host: Host): ProgressReporter {
  // A terminal's bar may move often; every change in a notebook makes the page lay itself out again.
  const every = host.runner ? 100 : 1000;
  /** The line of the cell that runs; a reporter that a later cell goes on with has a line in each. */
  let line: { send: DisplaySender; display_id: string } | undefined;
  let last: Progress | undefined;
  let shown = true;
  let sentAt = -Infinity;
  const put = (): void => {
    if (shown || last === undefined) return;
    const data = host.runner ? { [progressMime]: last } : lineOf(last);
    const update = line !== undefined;
    line ??= { send: host.sender(), display_id: randomUUID() };
    line.send({ data, metadata: {}, transient: { display_id: line.display_id } }, update);
    shown = true;
    sentAt = Date.now();
  };
  const end = (): void => {
    put();
    line = undefined;
    sentAt = -Infinity;
    host.cellEnd.delete(end);
  };
  return {
    report: (each) => {
      host.cellEnd.add(end);
      if (each.notice) {
        const data = { "text/plain": each.label };
        return host.sender()({ data, metadata: {}, transient: {} }, false);
      }
      if (each.label !== last?.label) put();
      host.progress = last = { ...each };
      shown = false;
      if (Date.now() - sentAt >= every || each.done >= each.total) put();
    },
    done: put,
  };
}

function lineOf(progress: Progress): Record<string, string> {
  const line = describeProgress(progress);
  const bar = `<progress max="${progress.total}" value="${progress.done}" style="vertical-align:middle"></progress>`;
  return { "text/html": `${bar} ${escapeHtml(line)}`, "text/plain": line };
}
