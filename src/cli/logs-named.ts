/** `--log tensorboard,wandb` as a recipe says it. */
import type { LogName } from "../runs/index.js";
import { BadArguments } from "./work.js";

export async function logsNamed(given: string | undefined): Promise<{ logs?: LogName[] }> {
  if (given === undefined) return {};
  const { logs } = await import("../runs/index.js");
  const names = given.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(logs, name));
  if (unknown !== undefined)
    throw new BadArguments(`invalid --log: ${unknown || "none"} (any of ${Object.keys(logs).join(", ")})`);
  return { logs: names as LogName[] };
}
