/** `palimpsest kernel`: makes the TypeScript kernel appear in Jupyter and in editors, or disappear. */
import type { Command } from "commander";
import { example, work } from "./work.js";

interface KernelVerbOptions {
  prefix?: string;
}

export function addKernel(program: Command): void {
  const kernel = program
    .command("kernel")
    .summary("install or remove the notebook kernel")
    .description("Makes the TypeScript kernel appear in Jupyter and in editors (no Python is needed), or disappear.");
  example(kernel, "palimpsest kernel install");

  const install = kernel
    .command("install")
    .description("Writes kernel.json where Jupyter and editors look for it.")
    .option("--prefix <dir>", "a Python environment, instead of your own Jupyter folder")
    .option("--json", "print one JSON object instead of text")
    .action(
      work<KernelVerbOptions>(async (_, { prefix }) => {
        const { installKernel } = await import("../lab/jupyter/kernelspec.js");
        const file = installKernel(folderOf(prefix));
        return {
          json: { installed: file },
          text: `${file}\nrestart the editor to see "TypeScript (Palimpsest)" there`,
        };
      }),
    );
  example(install, "palimpsest kernel install");

  const remove = kernel
    .command("remove")
    .description("Removes what `install` wrote.")
    .option("--prefix <dir>", "a Python environment, instead of your own Jupyter folder")
    .option("--json", "print one JSON object instead of text")
    .action(
      work<KernelVerbOptions>(async (_, { prefix }) => {
        const { removeKernel } = await import("../lab/jupyter/kernelspec.js");
        const removed = removeKernel(folderOf(prefix));
        return { json: { removed }, text: removed ? "removed" : "there was none" };
      }),
    );
  example(remove, "palimpsest kernel remove");
}

function folderOf(prefix: string | undefined): string | undefined {
  return prefix === undefined ? undefined : `${prefix}/share/jupyter`;
}
