/**
 * Progress of long work, for a person: a bar on a terminal (what, how far, its note, time left), else plain lines that a
 * log can hold: the first report, then one every few seconds, then the last. Not for results; those go to stdout.
 */
import { Presets, SingleBar } from "cli-progress";
import type { OnProgress, Progress } from "../types.js";

export interface ProgressReporter {
  report: OnProgress;
  /** Writes the last state that was not yet shown and gives the terminal back. Call it in a `finally`. */
  done(): void;
}

export interface ProgressReporterOptions {
  /** Defaults to stderr. */
  stream?: NodeJS.WriteStream | NodeJS.WritableStream;
  /** Least milliseconds between two plain lines; defaults to 5000. */
  every?: number;
  /** Milliseconds now; defaults to `Date.now`. */
  now?: () => number;
}

/** Reports of one label after another; a new label ends the one before it. */
export function progressReporter(options: ProgressReporterOptions = {}): ProgressReporter {
  const { stream = process.stderr, every = 5000, now = Date.now } = options;
  const terminal = "isTTY" in stream && stream.isTTY === true;
  return terminal ? bars(stream, now) : lines(stream, every, now);
}

function bars(stream: NodeJS.WritableStream, now: () => number): ProgressReporter {
  let bar: SingleBar | undefined;
  let label: string | undefined;
  let started = 0;
  let from = 0;
  const stop = (): void => {
    bar?.stop();
    bar = undefined;
    label = undefined;
  };
  const report = (progress: Progress): void => {
    if (progress.label !== label) {
      stop();
      label = progress.label;
      started = now();
      from = progress.done;
      bar = new SingleBar(
        {
          stream,
          format: "{label} {bar} {percentage}% {note}{left}",
          barsize: 24,
          hideCursor: false,
          gracefulExit: false,
          clearOnComplete: false,
          stopOnComplete: false,
        },
        Presets.shades_classic,
      );
      bar.start(progress.total, progress.done, { label, note: "", left: "" });
    }
    const left = timeLeft({ done: progress.done - from, total: progress.total - from, elapsed: now() - started });
    bar?.setTotal(progress.total);
    bar?.update(progress.done, { note: progress.note ?? "", left: left && (progress.note ? `, ${left}` : left) });
  };
  return { report, done: stop };
}

function lines(stream: NodeJS.WritableStream, every: number, now: () => number): ProgressReporter {
  let last: Progress | undefined;
  let shown = true;
  let shownAt = -Infinity;
  let started = 0;
  let from = 0;
  const show = (over: boolean): void => {
    if (shown || last === undefined) return;
    const left = over ? "" : timeLeft({ done: last.done - from, total: last.total - from, elapsed: now() - started });
    stream.write(`${describeProgress(last)}${left && `, ${left}`}\n`);
    shown = true;
    shownAt = now();
  };
  const report = (progress: Progress): void => {
    if (progress.label !== last?.label) {
      show(true);
      started = now();
      from = progress.done;
      shownAt = -Infinity;
    }
    last = { ...progress };
    shown = false;
    if (now() - shownAt >= every || progress.done >= progress.total) show(false);
  };
  return {
    report,
    done: () => {
      show(true);
      last = undefined;
    },
  };
}

/** One line for a person: `label 42% (420/1000) 12k tokens/s`. */
export function describeProgress(progress: Progress): string {
  const { label, done, total, note } = progress;
  const percent = total > 0 ? Math.floor((100 * done) / total) : 100;
  return `${label} ${percent}% (${done}/${total})${note ? ` ${note}` : ""}`;
}

/** "1:05 left", or "" while nothing can be said or nothing is left. */
export function timeLeft(state: { done: number; total: number; elapsed: number }): string {
  const { done, total, elapsed } = state;
  if (!(done > 0) || !(done < total) || !(elapsed > 0)) return "";
  const seconds = Math.round(((elapsed / done) * (total - done)) / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)} left`;
}
