/** `palimpsest lab`: JupyterLab on our notebooks, with our kernel and nothing to set up. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { BadArguments, example, work } from "./work.js";

interface LabVerbOptions {
  browser: boolean;
  port?: string;
}

export function addLab(program: Command): void {
  const verb = program
    .command("lab")
    .summary("open JupyterLab on the notebooks")
    .description(
      "Opens JupyterLab on the folder notebooks (or this one) with the TypeScript kernel. Uses the jupyter on PATH when it" +
        " has JupyterLab 4, else makes .venv with pip.",
    )
    .option("--no-browser", "only print the address")
    .option("--port <number>", "default: the first free port from 8888 on")
    .action(work<LabVerbOptions>((_, options, { signal }) => openLab(options, signal)));
  example(verb, "palimpsest lab --no-browser");
}

async function openLab({ browser, port }: LabVerbOptions, interrupted: AbortSignal): Promise<void> {
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && !(Number.isInteger(number) && number > 0 && number < 65536))
    throw new BadArguments(`invalid --port: ${port}; a number from 1 to 65535 is needed`);
  const { jupyterOnPath, makeVenv, usable } = await import("../lab/jupyter/jupyter.js");
  const { startJupyterLab } = await import("../lab/jupyter/jupyter-lab.js");
  const { projectFolder } = await import("../lab/paths.js");
  const { cacheFolder } = await import("../corpus/cache.js");
  const say = (line: string): void => void process.stderr.write(`${line}\n`);

  const signal = AbortSignal.any([interrupted, terminated()]);
  const root = projectFolder(process.cwd());
  const found = jupyterOnPath();
  const ready = found !== undefined && usable(found);
  if (found && !ready) say(`${found.command} is not used: it has no JupyterLab 4`);
  const jupyter = ready ? found : await makeVenv(join(root, ".venv"), { signal, onLine: say });
  const notebooks = join(root, "notebooks");
  const server = await startJupyterLab({
    jupyter,
    folder: existsSync(notebooks) ? notebooks : process.cwd(),
    overlay: join(cacheFolder(), "jupyter"),
    notebook: "00-tour.ipynb",
    browser,
    signal,
    ...(number !== undefined && { port: number }),
  });
  process.stdout.write(`JupyterLab ${jupyter.lab ?? ""}: ${server.url}\n`);
  say("press Ctrl-C to stop it");
  await server.ended;
}

/** Aborted when the process is asked to end or its terminal is closed: the server and its kernels would go on serving. */
function terminated(): AbortSignal {
  const controller = new AbortController();
  for (const each of ["SIGTERM", "SIGHUP"] as const)
    process.on(each, () => controller.abort(new Error(`stopped by ${each}`)));
  return controller.signal;
}
