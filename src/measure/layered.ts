/** What was measured by layer over training, as rows that `charts.byLayer` (a line for each step) and `charts.heatMap` draw. */
import type { Measurement } from "../types.js";

export interface LayeredOptions {
  /** A run's. */
  measurements: readonly Measurement[];
  /** Without its layer: "cka" for `cka.layer-0`, `cka.layer-1` and so on. */
  metric: string;
  /** Defaults to what is of no domain. */
  domain?: string;
}

export interface LayeredRow {
  step: number;
  layer: number;
  value: number;
  /** The step as a legend calls it. */
  line: string;
  /** The layer and the step, as a heat map calls them. */
  row: string;
  column: string;
}

export function layered({ measurements, metric, domain }: LayeredOptions): LayeredRow[] {
  const start = `${metric}.layer-`;
  const own = measurements.filter((row) => row.metric.startsWith(start) && row.domain === domain);
  if (own.length === 0) {
    const known = [...new Set(measurements.map((row) => `${row.metric} of ${row.domain ?? "no domain"}`))];
    throw new Error(
      `layered: invalid metric: ${metric} of ${domain ?? "no domain"} (measured: ${known.join(", ") || "nothing"})`,
    );
  }
  return own.map(({ step, value, metric: name }) => {
    const layer = Number(name.slice(start.length));
    return { step, layer, value, line: `step ${step}`, row: `layer ${layer}`, column: String(step) };
  });
}
