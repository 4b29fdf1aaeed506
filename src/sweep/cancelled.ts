/** `cancelled` in a sweep's folder: who only goes on with it, as a watch does, hands nothing over until a person calls it again. */
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../files.js";

const pathOf = (dir: string): string => join(dir, "cancelled");

export const isCancelled = (dir: string): boolean => existsSync(pathOf(dir));
export const markCancelled = (dir: string): void => writeAtomically(pathOf(dir), "");
export const unmarkCancelled = (dir: string): void => rmSync(pathOf(dir), { force: true });
