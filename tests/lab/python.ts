/** A Python that has what a test compares with: the one that is named, the project's .venv, or the one on PATH. */
import { join } from "node:path";
import { hasPackages } from "../python.js";

export function pythonWith(...packages: string[]): string | undefined {
  const venv = join(__dirname, "..", "..", ".venv", process.platform === "win32" ? "Scripts" : "bin", "python");
  const named = process.env.PALIMPSEST_TEST_PYTHON;
  const candidates = [...(named ? [named] : []), venv, "python3", "python"];
  return candidates.find((each) => hasPackages(each, packages));
}
