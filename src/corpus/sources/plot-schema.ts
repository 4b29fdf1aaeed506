/** The descriptions of every attribute in plotly.js's schema: some 1,500 English passages, each once. */
import type { Document } from "../types.js";
import { gatherByLength } from "./gather.js";
import { packageJson } from "./packages.js";

export function plotSchema(path: string): Document[] {
  const found = new Set<string>();
  const walk = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [key, child] of Object.entries(value)) {
      if (key === "description" && typeof child === "string") found.add(child);
      else walk(child);
    }
  };
  walk(packageJson(path));
  return gatherByLength("plotly", [...found], 3000);
}
