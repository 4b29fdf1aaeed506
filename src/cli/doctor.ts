/** `palimpsest doctor`: what this machine has, which engine is chosen and why, and what one command would add. */
import type { Command } from "commander";
import type { Checkup, Finding } from "../lab/checkup.js";
import type { Device, Precision } from "../engine/index.js";
import type { DeviceCheck } from "../lab/device-check.js";
import type { Size } from "../model/index.js";
import { BadArguments, example, type Outcome, type Work, work } from "./work.js";

interface DoctorOptions {
  device?: string[];
  size: string;
  precision: string[];
  peak?: string;
  out?: string;
}

export function addDoctor(program: Command): void {
  const verb = program
    .command("doctor")
    .summary("what is here and what is missing")
    .description(
      "Says what this machine has of what the lab uses, which engine is chosen and why, and how to add the rest. With --device it trains a small model there and on the processor, and compares.",
    )
    .option(
      "--device <names...>",
      "try these by training: cpu, webgpu, cuda, tensorflow, tensorflow-gpu, or all that are here",
    )
    .option("--size <name>", "of the model that is trained", "tiny")
    .option(
      "--precision <names...>",
      "what products of matrices are made in: float32, float16 (with loss scaling), bfloat16, or all that the device has",
      ["float32"],
    )
    .option("--peak <x>", "the device's best in that precision in TFLOP/s, for the share of it that is used")
    .option("--out <file>", "with --device: also write the table, as Markdown")
    .option("--json", "print one JSON object instead of text")
    .action(work<DoctorOptions>(doctorVerb));
  example(verb, "palimpsest doctor --device webgpu");
}

async function doctorVerb(_: string[], options: DoctorOptions, { signal }: Work): Promise<Outcome> {
  const { device: asked, size, precision: precisionsAsked, peak: peakSaid, out } = options;
  if (asked === undefined) {
    const { checkup } = await import("../lab/checkup.js");
    const result = await checkup();
    return { json: result, text: report(result), failed: !result.ok };
  }
  const { multiplied, precisions, survey } = await import("../engine/index.js");
  const { sizes } = await import("../model/index.js");
  const { deviceCheck } = await import("../lab/device-check.js");
  const known = await survey();
  const names = known.map(({ device }) => device).filter((device) => device !== "reference");
  const wrong = asked.find((name) => name !== "all" && !(names as string[]).includes(name));
  if (wrong !== undefined) throw new BadArguments(`invalid --device: ${wrong} (one of all, ${names.join(", ")})`);
  if (!Object.hasOwn(sizes, size))
    throw new BadArguments(`invalid --size: ${size} (one of ${Object.keys(sizes).join(", ")})`);
  const unknown = precisionsAsked.find((name) => name !== "all" && !(precisions as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new BadArguments(`invalid --precision: ${unknown} (one of all, ${precisions.join(", ")})`);
  const peak = peakSaid === undefined ? undefined : Number(peakSaid);
  if (peak !== undefined && !(peak > 0 && peak < Infinity))
    throw new BadArguments(`invalid --peak: ${peakSaid} (TFLOP/s, a positive number)`);
  const here = names.filter((name) => known.some((row) => row.device === name && row.available));
  const due = asked.includes("all") ? here : names.filter((name) => asked.includes(name));
  const has = (device: Device, precision: Precision): boolean =>
    precision === "float32" || multiplied[precision].includes(device);
  const tries = due.flatMap((device) =>
    precisions
      .filter((precision) =>
        precisionsAsked.includes("all") ? has(device, precision) : precisionsAsked.includes(precision),
      )
      .map((precision) => ({ device, precision })),
  );
  const rows: TriedDevice[] = [];
  for (const each of tries) {
    try {
      rows.push(await deviceCheck({ ...each, size: size as Size, ...(peak !== undefined && { peak }), signal }));
    } catch (error) {
      if (signal.aborted) throw error;
      rows.push({ ...each, error: (error as Error).message.split("\n")[0]! });
    }
  }
  const table = tableOf(rows);
  if (out !== undefined) {
    const { writeAtomically } = await import("../files.js");
    writeAtomically(out, `${await machine()}\n\n${table}\n`);
  }
  return { json: { devices: rows }, text: table, failed: rows.some((row) => "error" in row || !row.agrees) };
}

type TriedDevice = DeviceCheck | { device: string; precision: string; error: string };

function tableOf(rows: TriedDevice[]): string {
  const lines = rows.map((row) => {
    if ("error" in row) return [row.device, row.precision, row.error, "", "", "", "", ""];
    const { apart, agrees, tokensPerSecond, teraflops, utilisation, hostMegabytes, deviceMegabytes } = row;
    const share = utilisation === undefined ? "" : ` (${(100 * utilisation).toFixed(1)} %)`;
    return [
      row.device,
      row.precision,
      agrees ? "agrees" : "differs",
      apart.toExponential(1),
      `${row.size}, ${row.batch} × ${row.context}`,
      String(Math.round(tokensPerSecond)),
      `${teraflops.toPrecision(3)}${share}`,
      `${hostMegabytes}${deviceMegabytes === undefined ? "" : ` + ${deviceMegabytes} there`}`,
    ];
  });
  const head = [
    "device",
    "precision",
    "with the processor",
    "losses apart (nats)",
    "model",
    "tokens/s",
    "TFLOP/s",
    "memory (MB)",
  ];
  return [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Whose numbers these are. */
async function machine(): Promise<string> {
  const { cpus, totalmem } = await import("node:os");
  const [first, ...more] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  return `${first?.model.trim() ?? "processor"} × ${more.length + 1}, ${memory}, Node ${process.versions.node}, ${process.platform}`;
}

function report({ ok, findings }: Checkup): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const mark = (each: Finding): string => (each.ok ? "✓" : each.needed ? "✗" : "·");
  const lines = findings.map((each) => `${mark(each)} ${each.name.padEnd(width)}  ${each.detail}`);
  const absent = findings.filter((each) => !each.ok && each.fix);
  const advice = absent.map(({ name, fix }) => `  ${name.padEnd(width)}  ${fix ?? ""}`);
  const verdict = ok ? "Everything that is needed is here." : "Something that is needed is missing (✗).";
  return [...lines, "", verdict, ...(advice.length > 0 ? ["To add what is missing:", ...advice] : [])].join("\n");
}
