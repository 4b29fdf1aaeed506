/**
 * A device tried by training on it: the same few updates of small models on the processor and there, how far their losses are
 * apart, and how fast it went. What `palimpsest doctor --device` shows; not a benchmark against other programs, which
 * `tests/bench` is.
 */
import { execFileSync } from "node:child_process";
import { choose, type Device, type Engine, type Precision } from "../engine/index.js";
import { environment } from "../environment.js";
import { configOf, init, parameterCount, type Size } from "../model/index.js";
import { rng } from "../rng.js";
import { adamw, allOf, causal, lossScaled, slotsAtStart, trainStep } from "../train/index.js";

export interface DeviceCheck {
  device: Device;
  size: Size;
  precision: Precision;
  parameters: number;
  /** Sequences of an update, and tokens of each. */
  batch: number;
  context: number;
  /** Largest difference of a loss from the processor's, in nats. */
  apart: number;
  /** Whether it is at most what that precision allows. */
  agrees: boolean;
  /** Median of the updates after the first two. */
  tokensPerSecond: number;
  /** 6 · parameters without the input table's lookup · tokens per second (Kaplan et al. 2020, §2.1), in TFLOP/s. */
  teraflops: number;
  /** Share of the peak that was given. */
  utilisation?: number;
  /** Of this process on the host, and on the device where `nvidia-smi` says it. */
  hostMegabytes: number;
  deviceMegabytes?: number;
}

export interface DeviceCheckOptions {
  device: Device;
  /** Defaults to "tiny". */
  size?: Size;
  /** What products are made in there; defaults to "float32", which the processor's always are. */
  precision?: Precision;
  /** Defaults to 8, 128 and 10. */
  batch?: number;
  context?: number;
  updates?: number;
  /** The device's best in this precision, in TFLOP/s, for the share of it that is used. */
  peak?: number;
  signal?: AbortSignal;
}

/** In nats; a loss begins near ln(vocabulary), about 7.6. */
const tolerance: Record<Precision, number> = { float32: 1e-2, float16: 3e-2, bfloat16: 1e-1 };
const vocabSize = 2048;
/** Milliseconds after which a slow device is let off, with three updates at least. */
const patience = 60_000;

export async function deviceCheck(options: DeviceCheckOptions): Promise<DeviceCheck> {
  const {
    device,
    size = "tiny",
    precision = "float32",
    batch = 8,
    context = 128,
    updates = 10,
    peak,
    signal,
  } = options;
  const config = configOf({ size, vocabSize, context });
  const job = { config, batch, updates, precision, signal };
  const expected = await trained(await choose({ device: "cpu" }), {
    ...job,
    precision: "float32",
    updates: Math.min(updates, 5),
  });
  const found = await trained(await choose({ device }), job);
  const both = Math.min(expected.losses.length, found.losses.length);
  const apart = Math.max(...expected.losses.slice(0, both).map((loss, i) => Math.abs(loss - found.losses[i]!)));
  const seconds = found.seconds.slice(2).sort((a, b) => a - b);
  const tokensPerSecond = (batch * context) / seconds[Math.floor(seconds.length / 2)]!;
  const { total, withoutEmbeddings } = parameterCount(config);
  const teraflops = (6 * (withoutEmbeddings + vocabSize * config.width) * tokensPerSecond) / 1e12;
  const onDevice = deviceMegabytes();
  return {
    device,
    size,
    precision,
    parameters: total,
    batch,
    context,
    apart,
    agrees: apart <= tolerance[precision],
    tokensPerSecond,
    teraflops,
    ...(peak !== undefined && { utilisation: teraflops / peak }),
    hostMegabytes: found.megabytes,
    ...(onDevice !== undefined && { deviceMegabytes: onDevice }),
  };
}

interface Job {
  config: ReturnType<typeof configOf>;
  batch: number;
  updates: number;
  precision: Precision;
  signal?: AbortSignal | undefined;
}

async function trained(
  engine: Engine,
  { config, batch, updates, precision, signal }: Job,
): Promise<{ losses: number[]; seconds: number[]; megabytes: number }> {
  const { context } = config;
  const optimiser = precision === "float16" ? lossScaled({ of: adamw() }) : adamw();
  const { fn, signature } = trainStep({ config, batch, context, objective: causal(), optimiser, precision });
  const program = await engine.compile(fn, signature);
  const weights = init({ config, rng: rng(1) });
  const state = engine.upload({ ...weights, ...slotsAtStart({ leaves: allOf(config), optimiser }) });
  const { uniform } = rng(2);
  const [losses, seconds]: [number[], number[]] = [[], []];
  const end = performance.now() + patience;
  try {
    for (let step = 1; step <= updates && (step <= 3 || performance.now() < end); step++) {
      signal?.throwIfAborted();
      const tokens = Int32Array.from({ length: batch * (context + 1) }, () => Math.floor(uniform() * vocabSize));
      const began = performance.now();
      const { loss } = await program.run(state, { tokens, ...optimiser.scalars(step, 1e-3) });
      seconds.push((performance.now() - began) / 1000);
      losses.push(loss![0]!);
    }
    return { losses, seconds, megabytes: Math.round(process.memoryUsage.rss() / 2 ** 20) };
  } finally {
    state.dispose();
    await program.dispose();
  }
}

/** What this process has on NVIDIA devices. */
function deviceMegabytes(): number | undefined {
  const query = ["--query-compute-apps=pid,used_memory", "--format=csv,noheader,nounits"];
  try {
    const said = execFileSync("nvidia-smi", query, {
      encoding: "utf8",
      env: environment(),
      stdio: ["ignore", "pipe", "ignore"],
      timeout: 5000,
    });
    const own = said.split("\n").find((line) => Number(line.split(",")[0]) === process.pid);
    return own === undefined ? undefined : Number(own.split(",")[1]);
  } catch {
    return undefined;
  }
}
