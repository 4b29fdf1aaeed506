/** The figures of a fit as files: residuals, a profile for each constant, the two that trade off most, and the line where there is one input. */
import { join } from "node:path";
import { from } from "arquero";
import { bootstrapCloud, type Figure, lawProfile, lawResiduals, lawWithBand, svgOf } from "../charts/index.js";
import { writeAtomically } from "../files.js";
import { type Bootstrap, curve, type Fit, objectives, type Profile } from "../laws/index.js";
import { fileNameOf } from "../names.js";
import type { Fitted } from "./laws-data.js";

/** Writes `figures/<name>.svg`, `figures/<name>.plotly.json`, `tables/<name>.csv` and `fit.json`; answers their names. */
export function writeFigures(
  dir: string,
  { fit, doubt }: Fitted,
  profiles: readonly Profile[],
  json: object,
): string[] {
  const names: string[] = [];
  const write = (path: string, text: string): void => {
    writeAtomically(join(dir, path), text);
    names.push(path);
  };
  const save = (of: string, figure: Figure, table: readonly object[]): void => {
    const name = fileNameOf(of);
    write(`figures/${name}.svg`, svgOf(figure));
    write(`figures/${name}.plotly.json`, JSON.stringify(figure));
    write(`tables/${name}.csv`, from(table as object[]).toCSV() + "\n");
  };
  const { law, data } = fit;
  const residuals = data.y.map((loss, i) => ({
    run: data.run[i]!,
    ...Object.fromEntries(law.inputs.map(({ name }, j) => [name, data.x[i]![j]!])),
    loss,
    predicted: law.predict(fit.values, data.x[i]!),
  }));
  save("residuals", lawResiduals({ rows: residuals, across: "Predicted loss" }), residuals);
  for (const { parameter, points, low, high } of profiles)
    save(`profile-${parameter}`, lawProfile({ points, name: parameter, spare: spareOf(fit), low, high }), points);
  const pair = doubt && mostTraded(doubt);
  if (pair) {
    const [a, b] = pair.map((k) => law.parameters[k]!.name) as [string, string];
    const samples = doubt.samples.map((sample) => ({ x: sample[pair[0]]!, y: sample[pair[1]]! }));
    const at = { x: fit.values[pair[0]]!, y: fit.values[pair[1]]! };
    save(`cloud-${a}-${b}`, bootstrapCloud({ samples, fit: at, names: [a, b] }), samples);
  }
  if (law.inputs.length === 1 && law.inputs[0]!.name === "share") {
    const line = curve({ fit, bootstrap: doubt });
    const points = data.y.map((loss, i) => ({ share: data.x[i]![0]!, loss }));
    save("law", lawWithBand({ points, curve: line, of: "the domain", unit: "as given" }), line);
  }
  write("fit.json", JSON.stringify(json, null, 2) + "\n");
  return names;
}

/** What `charts.lawProfile` needs to make a likelihood ratio of the objective. */
export function spareOf({ objective, data, values }: Fit): number | undefined {
  const { penalty } = objectives[objective.name]!;
  const spare = Math.max(1, data.y.length - values.length);
  return penalty === "scaled-huber" ? undefined : penalty === "absolute" ? 2 * spare : spare;
}

/** The two constants whose resamples are most correlated. */
function mostTraded({ samples }: Bootstrap): [number, number] | undefined {
  const count = samples[0]!.length;
  let best: { pair: [number, number]; size: number } | undefined;
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++) {
      const size = Math.abs(
        correlation(
          samples.map((s) => s[i]!),
          samples.map((s) => s[j]!),
        ),
      );
      if (size > (best?.size ?? 0)) best = { pair: [i, j], size };
    }
  return best?.pair;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [ma, mb] = [a, b].map((values) => values.reduce((sum, v) => sum + v, 0) / values.length) as [number, number];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((v, i) => {
    ab += (v - ma) * (b[i]! - mb);
    aa += (v - ma) ** 2;
    bb += (b[i]! - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}
