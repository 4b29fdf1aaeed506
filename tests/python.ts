/** Whether a Python has what a test compares with. The packages are looked up, not imported: that takes seconds. */
import { spawnSync } from "node:child_process";

const lookUp = "import importlib.util as find, sys; sys.exit(not all(map(find.find_spec, sys.argv[1:])))";

/** Of the one of this name or path. */
export const hasPackages = (python: string, packages: string[]): boolean =>
  spawnSync(python, ["-c", lookUp, ...packages], { stdio: "ignore" }).status === 0;

/** Of the one on PATH. */
export const pythonHas = (...packages: string[]): boolean => hasPackages("python3", packages);
