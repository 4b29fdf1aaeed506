/** What a run of a sweep may have where somebody else gives it: a small file that a group writes once for its cluster. */
import * as z from "zod";
import { printable } from "../foreign.js";
import { checkKeys } from "../names.js";

/** A word of an option: whatever it says, it stays one line and begins no other option. */
const word = z.string().regex(/^[^\s"'`$\\-][^\s"'`$\\]*$/, "one word");
const line = z.string().regex(/^[^\n\r]*$/, "one line");

const schema = z.strictObject({
  /** Slurm's. */
  partition: word.optional(),
  account: word.optional(),
  qos: word.optional(),
  /** Minutes, or as Slurm writes times: "30", "12:00:00", "2-00:00:00". */
  time: z
    .string()
    .regex(/^(\d+-)?\d+(:\d\d?){0,2}$/, 'a time, such as "12:00:00" or "2-00:00:00"')
    .optional(),
  /** Cores, and so engine threads, of a run. */
  cpus: z.int().min(1).optional(),
  /** "4G". */
  memory: z
    .string()
    .regex(/^\d+[KMGT]B?$/i, 'a size, such as "4G"')
    .optional(),
  /** "1", "a100:1". */
  gpus: word.optional(),
  /** Further options of sbatch, such as "--constraint=avx512". */
  options: z.array(z.string().regex(/^--[\w-]+(=[^\s"'`$\\]+)?$/, 'an option, such as "--exclusive"')).optional(),
  /** Names for `module load`. */
  modules: z.array(word).optional(),
  /** Lines of shell before a run. */
  setup: z.array(line).optional(),
  /** Runs at once. */
  throttle: z.int().min(1).optional(),
  /** What calls the lab where runs are; defaults to this very installation. */
  command: line.optional(),
  /** SkyPilot's: where runs are kept, "s3://mine/sweep". */
  bucket: word.optional(),
  /** SkyPilot's: machines that may be taken away; defaults to true. */
  spot: z.boolean().optional(),
});

export type Profile = z.infer<typeof schema>;

/** Throws one line that `caller` begins and that names the field. */
export function parseProfile(value: unknown, caller = "profile"): Profile {
  const result = schema.safeParse(checkKeys(value, caller));
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0]!;
  throw new Error(
    `${caller}: invalid ${printable(path.join(".")) || "profile"}: ${printable(message)} (its fields: ${Object.keys(schema.shape).join(", ")})`,
  );
}
