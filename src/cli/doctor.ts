/** `palimpsest doctor`: what this machine has, which engine is chosen and why, and what one command would add. */
import type { Command } from "commander";
import type { Checkup, Finding } from "../lab/checkup.js";
import { example, work, type Outcome } from "./work.js";

export function addDoctor(program: Command): void {
  const verb = program
    .command("doctor")
    .summary("what is here and what is missing")
    .description(
      "Says what this machine has of what the lab uses, which engine is chosen and why, and how to add the rest.",
    )
    .option("--json", "print one JSON object instead of text")
    .action(
      work(async (): Promise<Outcome> => {
        const { checkup } = await import("../lab/checkup.js");
        const result = await checkup();
        return { json: result, text: report(result), failed: !result.ok };
      }),
    );
  example(verb, "palimpsest doctor");
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
