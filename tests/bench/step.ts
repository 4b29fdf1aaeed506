/** Tokens per second of our training step, of all weights or of a rank of LoRA: one process, one JSON line, the counterpart of step.py. */
import { choose, type Device } from "../../src/engine/index.js";
import { configOf, init, parameterCount } from "../../src/model/index.js";
import { rng } from "../../src/rng.js";
import { adamw, allOf, causal, lora, slotsAtStart, trainStep } from "../../src/train/index.js";

async function main(): Promise<void> {
  const [vocabSize, width, layers, heads, kvHeads, ffn, context, batch] = process.argv[2]!.split(",").map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [device, steps, threads] = [process.argv[3] as Device, Number(process.argv[4]), Number(process.argv[5])];
  const rank = Number(process.argv[6] ?? 0);
  const config = configOf({ vocabSize, width, layers, heads, kvHeads, ffn, context });
  const engine = await choose({ device, threads });
  const optimiser = adamw();
  const leaves = rank > 0 ? lora({ rank }).of({ config, seed: 1 }) : allOf(config);
  const { fn, signature } = trainStep({ config, batch, context, objective: causal(), optimiser, leaves });
  const weights = { ...init({ config, rng: rng(1) }), ...leaves.added };
  const begun = { ...weights, ...slotsAtStart({ leaves, optimiser }) };
  const state = engine.upload(begun, { adopt: true });
  const started = performance.now();
  const program = await engine.compile(fn, signature);
  const compileMs = performance.now() - started;
  const draw = rng(2);
  const times: number[] = [];
  for (let i = 0; i < steps + 4; i++) {
    const tokens = Int32Array.from({ length: batch * (context + 1) }, () => draw.int(vocabSize));
    const begun = performance.now();
    await program.run(state, { tokens, ...optimiser.scalars(i + 1, 1e-3) });
    if (i >= 4) times.push(performance.now() - begun);
  }
  times.sort((a, b) => a - b);
  const ms = times[times.length >> 1]!;
  console.log(
    JSON.stringify({
      version: process.version,
      tokensPerSecond: (batch * context * 1000) / ms,
      ms,
      compileMs,
      peakMegabytes: process.resourceUsage().maxRSS / 1024,
      parameters: parameterCount(config).total,
    }),
  );
}
void main();
