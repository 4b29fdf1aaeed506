/** The figures of a fit as files: residuals, a profile for each constant, the two that trade off most, and the line where there is one input. */
import { join } from "node:path";
import { from } from "arquero";
import { bootstrapCloud, type Figure, lawProfile, lawResiduals, lawWithBand, svgOf } from "../charts/index.js";
import { writeAtomically } from "../files.js";
import { curve, mostCorrelated, type Profile } from "../laws/index.js";
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
  for (const { parameter, points, low, high, spare } of profiles)
    save(`profile-${parameter}`, lawProfile({ points, name: parameter, spare, low, high }), points);
  const pair = doubt && mostCorrelated({ fit, bootstrap: doubt });
  if (pair) {
    const { constants: names } = pair;
    const [i, j] = names.map((name) => law.parameters.findIndex((parameter) => parameter.name === name));
    const samples = doubt.samples.map((sample) => ({ x: sample[i!]!, y: sample[j!]! }));
    const at = { x: fit.values[i!]!, y: fit.values[j!]! };
    save(`cloud-${names.join("-")}`, bootstrapCloud({ samples, fit: at, names }), samples);
  }
  if (law.inputs.length === 1 && law.inputs[0]!.name === "share") {
    const line = curve({ fit, bootstrap: doubt });
    const points = data.y.map((loss, i) => ({ share: data.x[i]![0]!, loss }));
    save("law", lawWithBand({ points, curve: line, of: "the domain", unit: "as given" }), line);
  }
  write("fit.json", JSON.stringify(json, null, 2) + "\n");
  return names;
}
