/** The rows of a run as other tools name them: one number by one name at one step. */
import { isEvaluation, isMeasurement, type MetricRow } from "../metrics.js";

export interface Value {
  /** E.g. "train/loss", "ko/bitsPerByte", "probes/ko/accuracy". */
  name: string;
  value: number;
}

export function valuesOf(row: MetricRow): Value[] {
  const { step: _, ...fields } = row;
  if (isMeasurement(row)) {
    const place = row.domain === undefined ? [] : [row.domain];
    return [{ name: ["measured", ...place, row.metric].join("/"), value: row.value }];
  }
  const place = isEvaluation(row) ? row.domain : "train";
  return Object.entries(fields).flatMap(([name, value]) =>
    typeof value === "number" && !(isEvaluation(row) && name === "tokens") ? [{ name: `${place}/${name}`, value }] : [],
  );
}

/** Seconds that the updates of a run took so far, by their own speeds. */
export function clock(): (row: MetricRow) => number {
  let [tokens, seconds] = [0, 0];
  return (row) => {
    if ("tokensPerSecond" in row && row.tokensPerSecond > 0) seconds += (row.tokens - tokens) / row.tokensPerSecond;
    if (row.tokens > tokens) tokens = row.tokens;
    return seconds;
  };
}
