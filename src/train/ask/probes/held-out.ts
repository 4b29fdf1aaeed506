/** The held-out texts that a probe reads, by domain. */
import type { Shard } from "../../../corpus/index.js";
import type { Shards } from "../../text.js";

export interface HeldOutOptions {
  /** Begins the error's line. */
  caller: string;
  shards: Shards;
  /** Those to read; defaults to all that have a held-out part. */
  domains?: readonly string[] | undefined;
}

/** Throws one line where a domain that is named has none, or none has. */
export function heldOutOf({ caller, shards, domains }: HeldOutOptions): [domain: string, heldOut: Shard][] {
  const found = Object.entries(shards).flatMap(([domain, { heldOut }]) =>
    heldOut ? [[domain, heldOut] as const] : [],
  );
  if (found.length === 0) throw new Error(`${caller}: invalid text: none held out (give texts)`);
  const names = found.map(([domain]) => domain);
  const unknown = domains?.find((domain) => !names.includes(domain));
  if (unknown !== undefined)
    throw new Error(`${caller}: invalid domains: ${unknown} (held-out text is there of ${names.join(", ")})`);
  return found.filter(([domain]) => domains?.includes(domain) ?? true).map((each) => [...each]);
}
