/**
 * Writes SkyPilot's files and stops. A job that was taken from a spot machine begins at the top again, so runs lie in a bucket
 * that is mounted, and what is there is gone on with.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import { commandOf, quote, writeRecipes } from "./command.js";
import type { Executor } from "./types.js";

export const skypilot: Executor = {
  summary: "writes SkyPilot's YAML, a file a run, and stops",
  attends: false,
  async submit({ dir, tasks, profile, onLine }) {
    const { stringify } = await import("yaml");
    const { bucket, spot = true, gpus, cpus, memory, setup, command = "npx palimpsest" } = profile;
    if (bucket === undefined)
      throw new Error(
        'sweep: invalid profile: no bucket (SkyPilot needs one for the runs: "bucket": "s3://mine/sweep")',
      );
    writeRecipes(dir, tasks);
    mkdirSync(join(dir, "sky"), { recursive: true });
    for (const { run } of tasks)
      writeAtomically(
        join(dir, "sky", `${run}.yaml`),
        stringify({
          name: run,
          resources: {
            ...(gpus !== undefined && { accelerators: gpus }),
            ...(cpus !== undefined && { cpus: `${cpus}+` }),
            ...(memory !== undefined && { memory: `${memory.replace(/[GB]+$/i, "")}+` }),
            use_spot: spot,
          },
          workdir: ".",
          file_mounts: { "/sweep": { source: bucket, mode: "MOUNT" } },
          ...(setup && { setup: setup.join("\n") }),
          run: commandOf({ run: quote(run), profile: { ...profile, command }, runs: "/sweep/runs" }),
        }),
      );
    const launch = tasks.map(({ run }) => `sky jobs launch --yes --detach-run sky/${quote(run)}.yaml`);
    writeAtomically(join(dir, "sky.sh"), `${["#!/bin/sh", `cd ${quote(dir)} || exit 1`, ...launch].join("\n")}\n`);
    onLine(
      `wrote ${join(dir, "sky.sh")} and sky/: launch them with sh; files that recipes name must lie at the same paths there`,
    );
    return Promise.resolve();
  },
  next: (dir, { bucket }) =>
    `now: sh ${quote(join(dir, "sky.sh"))}; when its jobs are over, copy ${bucket}/runs into ${quote(join(dir, "runs"))}; then palimpsest sweep watch ${quote(dir)} says what is left, and writes what a search wants next`,
  // The runs are in the bucket: what is known of them is known once they are copied back.
  poll: () => Promise.resolve(new Map()),
  cancel: () => Promise.reject(new Error("sweep: cannot cancel SkyPilot's jobs (sky jobs cancel)")),
};
