/** `palimpsest corpus steps` and `palimpsest corpus scores`: the rows of a registry, with options as a recipe writes them. */
import type { Command } from "commander";
import type { Made, Registry } from "../registry.js";
import { example, work } from "./work.js";

export function addRows(corpus: Command): void {
  const steps = corpus
    .command("steps")
    .description("The steps that text can go through before it is encoded, for --clean and a recipe's corpus.clean.")
    .option("--json", "print one JSON object instead of text")
    .action(work(async () => listed("steps", (await import("../corpus/index.js")).steps)));
  example(steps, "palimpsest corpus steps");

  const scores = corpus
    .command("scores")
    .description(
      "What texts can be scored by: `by` of the steps score and weight, and `score` of a recipe's order. Files are examples of yours.",
    )
    .option("--json", "print one JSON object instead of text")
    .action(work(async () => listed("scores", (await import("../corpus/index.js")).scores)));
  example(scores, "palimpsest corpus scores");
}

function listed(kind: string, registry: Registry<Made>): { json: object; text: string } {
  const rows = Object.entries(registry).map(([name, { summary, reference, options, example }]) => ({
    ...{ name, summary, reference, options: Object.keys(options.shape), example: { name, ...(example as object) } },
  }));
  const lines = rows.map(({ name, summary, options, example }) =>
    [
      `${name}: ${summary}`,
      ...(options.length > 0 ? [`  options ${options.join(", ")}, e.g. ${JSON.stringify(example)}`] : []),
    ].join("\n"),
  );
  return { json: { [kind]: rows }, text: lines.join("\n") };
}
