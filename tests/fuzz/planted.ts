/** Readers with a fault planted in each, for the test that the fuzzer finds every kind and goes on after it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Kind, Target } from "./types.js";

const seeds = (): { a: Uint8Array }[] => [{ a: Buffer.from("0123456789") }];
/** `fault` happens on every input but the seed. */
const planted = (name: string, fault: (dir: string) => unknown, more: Partial<Target> = {}): Target => ({
  name,
  summary: "has a fault",
  sources: [],
  seeds,
  read: (dir) => (content(dir) === "0123456789" ? "seed" : fault(dir)),
  ...more,
});

function content(dir: string): string | undefined {
  try {
    return readFileSync(join(dir, "a"), "latin1");
  } catch {
    return undefined;
  }
}

export const faults: Record<string, Kind> = {
  dies: "crash",
  escapes: "crash",
  loops: "hang",
  waits: "hang",
  works: "hang",
  grows: "memory",
  heaps: "memory",
  floods: "memory",
  throws: "raw",
  pollutes: "accepted",
  believes: "accepted",
};

export const targets: readonly Target[] = [
  planted("sound", () => {
    throw new Error("planted: invalid file: a (it was changed)");
  }),
  planted("dies", () => process.abort()),
  planted("escapes", () => void Promise.reject(new Error("planted: nobody waits for this"))),
  planted("loops", () => {
    for (;;);
  }),
  planted("waits", () => new Promise(() => {})),
  planted("works", () => {
    for (const end = process.cpuUsage().user + 1_200_000; process.cpuUsage().user < end;);
  }),
  planted("grows", () => Buffer.alloc(150 << 20, 1).length),
  planted("heaps", () => {
    for (const all: number[][] = []; ;) all.push(new Array<number>(1_000_000).fill(0.5));
  }),
  planted("floods", async () => {
    for (const all: Uint8Array[] = []; ; await new Promise((resolve) => setTimeout(resolve, 30)))
      all.push(Buffer.alloc(150 << 20, 1));
  }),
  planted("throws", () => (undefined as unknown as string).length),
  planted("pollutes", () => ((Object.prototype as Record<string, unknown>).polluted = true)),
  planted("believes", content, { intact: true }),
];
