/** `palimpsest runs`: folders of runs as a table. `list` shows it, `show` one run, `compare` what differs, `export` writes it for others. */
import type { Command } from "commander";
import { compareVerb, type CompareVerbOptions } from "./runs-compare.js";
import { exporters, exportVerb, type ExportVerbOptions } from "./runs-export.js";
import { listVerb, type ListOptions } from "./runs-list.js";
import { showVerb } from "./runs-show.js";
import { example, work } from "./work.js";

const collect = (value: string, before: string[]): string[] => [...before, value];

const chosen = (verb: Command): Command =>
  verb
    .argument("<dirs...>", "runs' folders, and folders of runs (a sweep's)")
    .option(
      "--where <condition>",
      "only runs that fit: arm=replay, seed!=3, bitsPerByte_ko<1.2, dir~part; a recipe's field by its path; repeatable, all must hold",
      collect,
      [],
    )
    .option("--sort <column>", "by a column, with - in front from the highest down");

export function addRuns(program: Command): void {
  const runs = program
    .command("runs")
    .summary("list, show, compare and export runs")
    .description(
      "A folder of runs is one table: a row for each run, with its labels, token shares, parameters, what its last evaluation found of each domain, and its recipe field by field. It is kept as runs.parquet in the folder; only runs that changed are read again. Damaged folders are named and left out.",
    );
  example(runs, "palimpsest runs list out/my-sweep --where status=finished --sort bitsPerByte_ko");

  const list = chosen(runs.command("list").description("The table, sorted and filtered."))
    .option("--columns <names>", "separated by commas, * for any text: run,share*,recipe.schedule.*")
    .option("--limit <n>", "rows to print; with --json all, unless it is given")
    .option("--json", "print one JSON object instead of text")
    .action(work<ListOptions>(listVerb));
  example(list, "palimpsest runs list out/my-sweep --where arm=replay --sort -loss_en --columns run,seed,loss_*");

  const show = runs
    .command("show")
    .description("One run: what came of it, its recipe, where its numbers come from, and its files.")
    .argument("<dir>", "the run's folder")
    .option("--json", "print one JSON object instead of text")
    .action(work(showVerb));
  example(show, "palimpsest runs show out/my-run");

  const compare = chosen(
    runs
      .command("compare")
      .description(
        "What differs between the settings of two or more runs, and what came of it: for each arm the mean of its runs, and its difference to the first arm over runs of the same seed and otherwise equal settings, with a 95% interval (Student's t).",
      ),
  )
    .option(
      "--by <column>",
      "what tells the arms apart; defaults to the only label that differs, else the only setting",
    )
    .option(
      "--against <value>",
      "the arm that the others are compared with; defaults to the first, of numbers the lowest",
    )
    .option("--json", "print one JSON object instead of text")
    .action(work<CompareVerbOptions>(compareVerb));
  example(compare, "palimpsest runs compare out/my-sweep --by arm --against none");

  const out = chosen(
    runs
      .command("export")
      .description(
        "For other programs: the table as Parquet (pandas, DuckDB, arquero) or CSV, with --curves every step and evaluation beside it, or one HTML page that compares runs without a network.",
      ),
  )
    .requiredOption("--to <kind>", `one of ${Object.keys(exporters).join(", ")}`)
    .requiredOption("--out <path>", "the folder to write runs.parquet or runs.csv to; of html the page")
    .option("--curves", "also write curves.parquet or curves.csv: a row for each step, evaluation and measurement")
    .option("--by <column>", "of html: what tells the arms apart, as in compare")
    .option("--json", "print one JSON object instead of text")
    .action(work<ExportVerbOptions>(exportVerb));
  example(out, "palimpsest runs export out/my-sweep --to html --out out/my-sweep.html");
}
