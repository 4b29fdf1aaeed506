/** A Python that has what a test compares with: the project's .venv, or the one on PATH, or the one that is named. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

export function pythonWith(module: string): string | undefined {
  const venv = join(__dirname, "..", "..", ".venv", process.platform === "win32" ? "Scripts" : "bin", "python");
  const named = process.env.PALIMPSEST_TEST_PYTHON;
  const candidates = [...(named ? [named] : []), venv, "python3", "python"];
  return candidates.find((each) => spawnSync(each, ["-c", `import ${module}`]).status === 0);
}
