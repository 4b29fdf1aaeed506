/** Finding a Chromium-like browser. Launching one is for whoever needs it. */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
const elsewhere = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/** The one that the variable CHROMIUM names, else one on PATH, else one where systems put it. */
export function findBrowser(env: Record<string, string | undefined> = process.env): string | undefined {
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = folders.flatMap((folder) => names.map((name) => join(folder, name)));
  const candidates = [...(env.CHROMIUM ? [env.CHROMIUM] : []), ...onPath, ...elsewhere];
  return candidates.find((candidate) => existsSync(candidate));
}
