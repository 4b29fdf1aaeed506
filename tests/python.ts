/** Whether the Python on PATH has what a test compares with. The packages are looked up, not imported: that takes seconds. */
import { spawnSync } from "node:child_process";

const lookUp = "import importlib.util as find, sys; sys.exit(not all(map(find.find_spec, sys.argv[1:])))";

export const pythonHas = (...packages: string[]): boolean =>
  spawnSync("python3", ["-c", lookUp, ...packages], { stdio: "ignore" }).status === 0;
