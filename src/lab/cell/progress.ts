/**
 * Progress of long work, for a person: a bar on a terminal (what, how far, its note, time left), else plain lines that a
 * log can hold: the first report, then one every few seconds, then the last. Not for results; those go to stdout.
 */
import { Presets, SingleBar } from "cli-progress";
import type { OnProgress, Progress } from "../../types.js";

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
  /** A label whose parts take too unequal times to tell what is left, such as the cells of a notebook. */
  untimed?: string;
  /** Milliseconds now; defaults to `Date.now`. */
  now?: () => number;
}

/** Reports of one label after another; a new label ends the one before it. */
export function progressReporter(options: ProgressReporterOptions = {}): ProgressReporter {
  const { stream = process.stderr } = options;
  const terminal = "isTTY" in stream && stream.isTTY === true;
  return terminal ? bars(stream, options) : lines(stream, options);
}

function bars(stream: NodeJS.WritableStream, options: ProgressReporterOptions): ProgressReporter {
  const clock = watch(options);
  let bar: SingleBar | undefined;
  let label: string | undefined;
  let full = false;
  const stop = (): void => {
    // A bar that was left for another label leaves no line behind; a full one does.
    if (bar && !full) (bar as unknown as { options: { clearOnComplete: boolean } }).options.clearOnComplete = true;
    bar?.stop();
    bar = undefined;
    label = undefined;
  };
  const report = (progress: Progress): void => {
    if (progress.notice) {
      stop();
      return void stream.write(`${progress.label}\n`);
    }
    if (progress.label !== label) {
      stop();
      label = progress.label;
      clock.start(progress);
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
    const left = clock.left(progress);
    full = progress.done >= progress.total;
    bar?.setTotal(progress.total);
    bar?.update(progress.done, { note: progress.note ?? "", left: left && (progress.note ? `, ${left}` : left) });
  };
  return { report, done: stop };
}

function lines(stream: NodeJS.WritableStream, options: ProgressReporterOptions): ProgressReporter {
  const { every = 5000, now = Date.now } = options;
  const clock = watch(options);
  let last: Progress | undefined;
  let shown = true;
  let shownAt = -Infinity;
  const show = (over: boolean): void => {
    if (shown || last === undefined) return;
    const left = over ? "" : clock.left(last);
    stream.write(`${describeProgress(last)}${left && `, ${left}`}\n`);
    shown = true;
    shownAt = now();
  };
  const report = (progress: Progress): void => {
    if (progress.label !== last?.label) {
      show(true);
      clock.start(progress);
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

/** Times the label at hand, from its first report on: a resumed run starts in the middle. */
function watch(options: ProgressReporterOptions): { start(first: Progress): void; left(progress: Progress): string } {
  const { now = Date.now, untimed } = options;
  let started = 0;
  let from = 0;
  return {
    start: (first) => {
      started = now();
      from = first.done;
    },
    left: ({ label, done, total }) =>
      label === untimed ? "" : timeLeft({ done: done - from, total: total - from, elapsed: now() - started }),
  };
}

/** One line for a person: `label 42% (420/1000) 12k tokens/s`. */
export function describeProgress(progress: Progress): string {
  const { label, done, total, note, notice } = progress;
  if (notice) return label;
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
