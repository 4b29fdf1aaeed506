/**
 * What the WebGPU test runs in a process of its own: kernels, gradients and steps on the GPU and on the CPU. Prints one JSON
 * line for each comparison that fails and a last one that counts; a crash is then the parent's to report.
 */
import * as tf from "@tensorflow/tfjs";
import type { Case } from "./cases.js";
import { cases } from "./cases.js";
import { gradients, project } from "./gradients.js";
import { gradientCases } from "./gradients-cases.js";
import { families, training } from "./models.js";
import { assertClose, draw, engineOn, evaluate, type Fed, type Formula } from "./support.js";

let checks = 0;
const failures: string[] = [];
async function check(what: string, compare: () => Promise<void>): Promise<void> {
  checks++;
  try {
    await compare();
  } catch (error) {
    failures.push(`${what}: ${(error as Error).message}`);
  }
}

/** Several cases as one formula, since each program costs a session and each session its shaders. */
function together(all: Case[]): { feeds: Fed[]; formula: Formula } {
  return {
    feeds: all.flatMap(({ feeds }) => feeds),
    formula(inputs) {
      let at = 0;
      return all.flatMap(({ feeds, formula }) => formula(inputs.slice(at, (at += feeds.length))));
    },
  };
}

/** At most so many of a kernel's cases, spread over all of them: compiling shaders is what takes the time. */
const MOST = 3;
const some = <T>(all: T[]): T[] => all.filter((_, i) => i % Math.ceil(all.length / MOST) === 0);

/** WGSL allows sine and cosine an error of 2⁻¹¹. */
const ROUGH: Record<string, number> = { Sin: 2e-3, Cos: 2e-3 };

async function kernels(): Promise<void> {
  const [gpu, cpu] = [await engineOn("webgpu"), await engineOn("cpu")];
  for (const [name, make] of Object.entries(cases))
    await check(name, async () => {
      const { feeds, formula } = together(some(make(draw(3))));
      const t = performance.now();
      const ours = await evaluate(gpu, formula, feeds);
      if (process.env.TIMES) console.error(name, Math.round(performance.now() - t));
      const theirs = await evaluate(cpu, formula, feeds);
      for (const [i, { data }] of ours.entries())
        assertClose(data, theirs[i]!.data, ROUGH[name] ?? 1e-4, `output ${i}, [${theirs[i]!.shape}]`);
    });
}

async function slopes(): Promise<void> {
  const [gpu, cpu, reference] = [await engineOn("webgpu"), await engineOn("cpu"), await engineOn("reference")];
  for (const [name, make] of Object.entries(gradientCases))
    await check(`gradient of ${name}`, async () => {
      const random = draw(5);
      const { feeds, formula } = together(make(random).slice(-2));
      const given = await project({ feeds, formula }, random, reference);
      const t = performance.now();
      const ours = await gradients(gpu, given);
      if (process.env.TIMES) console.error("grad", name, Math.round(performance.now() - t));
      const theirs = await gradients(cpu, given);
      ours.forEach((gradient, i) => assertClose(gradient, theirs[i]!, 1e-3, `input ${given.wrt[i]!}`));
    });
}

async function steps(): Promise<void> {
  for (const [family, config] of Object.entries(families))
    await check(`five steps of ${family}`, async () => {
      const onGpu = await training(await engineOn("webgpu"), config);
      const onCpu = await training(await engineOn("cpu"), config);
      for (let i = 0; i < 5; i++) {
        const [ours, theirs] = [await onGpu.step(), await onCpu.step()];
        assertClose([ours.loss], [theirs.loss], 1e-4, `loss ${i}`);
        assertClose([ours.norm], [theirs.norm], 1e-3, `gradient norm ${i}`);
        const { current } = onGpu.state as unknown as { current: Record<string, { location: string }> };
        for (const [name, { location }] of Object.entries(current))
          if (location !== "gpu-buffer") throw new Error(`${name} is at ${location} after step ${i}`);
      }
      const [ours, theirs] = [await onGpu.state.download(), await onCpu.state.download()];
      for (const [name, { data }] of Object.entries(theirs)) assertClose(ours[name]!.data, data, 2e-3, name);
      await onGpu.dispose();
      await onCpu.dispose();
    });
}

/** State that outlives its program, is written, read twice, passed through and read by another. */
async function ownership(): Promise<void> {
  const spec = { shape: [2], dtype: "float32" as const };
  const engine = await engineOn("webgpu");
  const scale = (state: Record<string, tf.Tensor>, { x }: Record<string, tf.Tensor>) => ({
    state: { w: tf.mul(state.w!, x!), v: state.v! },
    outputs: { sum: tf.sum(state.w!) },
  });
  const read = ({ w }: Record<string, tf.Tensor>) => ({ outputs: { w: tf.add(w!, 0) } });
  await check("state outlives its program", async () => {
    const program = await engine.compile(scale, {
      state: { w: spec, v: spec },
      inputs: { x: { shape: [], dtype: "float32" } },
    });
    const state = engine.upload({
      w: { shape: [2], data: Float32Array.of(1, 2) },
      v: { shape: [2], data: Float32Array.of(5, 6) },
    });
    for (let i = 0; i < 3; i++) await program.run(state, { x: Float32Array.of(2) });
    await program.dispose();
    for (let i = 0; i < 2; i++) assertClose((await state.download()).w!.data, [8, 16], 1e-6, "w");
    assertClose((await state.download(["v"])).v!.data, [5, 6], 1e-6, "v");
    const reader = await engine.compile(read, { state: { w: spec }, inputs: {} });
    assertClose((await reader.run(state, {})).w!, [8, 16], 1e-6, "w read by another program");
    state.write({ w: { shape: [2], data: Float32Array.of(3, 4) } });
    assertClose((await reader.run(state, {})).w!, [3, 4], 1e-6, "w as written");
    await reader.dispose();
    state.dispose();
    const again = await engine.compile(scale, {
      state: { w: spec, v: spec },
      inputs: { x: { shape: [], dtype: "float32" } },
    });
    const left = engine.upload({
      w: { shape: [2], data: Float32Array.of(1, 2) },
      v: { shape: [2], data: Float32Array.of(5, 6) },
    });
    await again.run(left, { x: Float32Array.of(2) });
    // Left as it is: a process must be able to end with state and programs alive.
  });
}

async function main(): Promise<void> {
  const parts = { kernels, slopes, steps, ownership };
  for (const name of process.argv.slice(2)) await parts[name as keyof typeof parts]();
  for (const failure of failures) console.log(JSON.stringify({ failure }));
  console.log(JSON.stringify({ checks, failed: failures.length }));
}
void main();
