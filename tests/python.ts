/** Python as tests have it: whether it has what a test compares with (looked up, not imported: that takes seconds), and how it is asked. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const lookUp = "import importlib.util as find, sys; sys.exit(not all(map(find.find_spec, sys.argv[1:])))";

/** Of the one of this name or path. */
export const hasPackages = (python: string, packages: string[]): boolean =>
  spawnSync(python, ["-c", lookUp, ...packages], { stdio: "ignore" }).status === 0;

/** Of the one on PATH. */
export const pythonHas = (...packages: string[]): boolean => hasPackages("python3", packages);

/** What runs a script that imports PyTorch, transformers or PEFT: `spawnSync("python3", [oracle, script, ...])`. */
export const oracle = join(__dirname, "oracle.py");
