/** The shape of a configuration of mergekit, as far as it is read, and how what is not is refused: in one line that names it. */
import * as z from "zod";
import { printable } from "../foreign.js";

export const scalar = z.union([z.number(), z.boolean(), z.string(), z.null()]);
const plain = z.union([scalar, z.array(scalar).min(1)]);
export const conditional = z.strictObject({ value: plain, filter: z.string().nullish() });
const setting = z.union([plain, conditional, z.array(conditional).min(1)]);
const parameters = z.record(z.string(), setting).nullish();
const model = z.string().min(1);
const dtype = z.enum(["float32", "float16", "bfloat16"]).nullish();
const schema = z.strictObject({
  merge_method: z.string(),
  base_model: model.nullish(),
  models: z.array(z.strictObject({ model, parameters })).min(1).nullish(),
  slices: z
    .array(
      z.strictObject({
        sources: z
          .array(z.strictObject({ model, layer_range: z.tuple([z.int().min(0), z.int().min(1)]), parameters }))
          .min(1),
        base_model: model.nullish(),
        parameters,
      }),
    )
    .min(1)
    .nullish(),
  parameters,
  dtype,
  out_dtype: dtype,
  tokenizer_source: model.nullish(),
  tokenizer: z.strictObject({ source: model.nullish() }).nullish(),
});
export type Setting = z.infer<typeof setting>;
export type Settings = Record<string, Setting> | null | undefined;
export type Slices = NonNullable<z.infer<typeof schema>["slices"]>;

export function parsed(config: unknown): z.infer<typeof schema> {
  const read = schema.safeParse(config);
  if (!read.success) throw refuse(complaint(read.error.issues));
  return read.data;
}

export const refuse = (what: string): Error => new Error(`merge: invalid configuration: ${printable(what)}`);

function complaint(issues: readonly z.core.$ZodIssue[]): string {
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const path = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys")
    return `${[...issue.path, issue.keys[0]!].map(String).join(".")} (it is not read here)`;
  return `${path || "no object"} (${issue.message})`;
}
