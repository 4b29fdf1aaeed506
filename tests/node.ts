/** How a test starts Node on a file of TypeScript: `spawn(process.execPath, [...typescript, file])`. */
import { join } from "node:path";

export const typescript: readonly string[] = ["-r", join(__dirname, "typescript.cjs")];
