/** What a merge will do, in words. */
import type { MergeInputs, MergePlan } from "../checkpoint/index.js";
import type { Json } from "../registry.js";

export function planLines({ method, models, base }: MergeInputs, plan: MergePlan): string[] {
  const { tensors, rows, like, dropped, tied, untied } = plan;
  const { varies, ...options } = method.options;
  const said = Object.entries(options).map(([name, value]) => `${name} ${JSON.stringify(value as Json)}`);
  const number = (value: number): string => value.toLocaleString("en-US");
  const vectors = method.options.vectors === "linear" ? ", only weighted and added" : "";
  const roles = base ? (method.roles ?? []) : [];
  const folders = [...(base ? [base] : []), ...models].map((model) =>
    "dir" in model ? [model] : model.parts.map(({ folder }) => folder),
  );
  return [
    `${models.length} ${models.length === 1 ? "model" : "models"}${base ? " from a base" : ""} by ${[method.name, ...said].join(", ")}${varies ? "; other options for other tensors" : ""}`,
    ...roles.map((role, i) => `  the ${role}: ${folders[i]!.map(({ dir }) => dir).join(", ")}`),
    `  ${number(tensors.matrices)} matrices merged, and ${number(tensors.vectors)} gains of norms and biases${vectors}${tensors.kept > 0 ? `; ${number(tensors.kept)} tensors stay as they are` : ""}`,
    `  rows: ${number(rows.merged)} of tokens that all have are merged${rows.kept > 0 ? `, ${number(rows.kept)} of tokens that some lack stay` : ""}${rows.padding > 0 ? `, ${number(rows.padding)} without a token stay` : ""}`,
    ...Object.entries(dropped).map(([name, count]) => `  dropped: ${number(count)} tokens of ${name}, with their rows`),
    `  the head is ${tied ? "the table" : "its own"}${untied.length > 0 ? `; for ${untied.join(", ")}, which ${untied.length === 1 ? "is" : "are"} tied, it is the table` : ""}`,
    `  files, types and tokens of ${like}`,
  ];
}
