/** The corpora by name. Adding one is a file in `sources/`, a row here, a test, and a section in `datasets/README.md`. */
import { libreofficeHelp } from "./sources/libreoffice-help.js";
import { npm } from "./sources/npm.js";
import { udhr } from "./sources/udhr.js";
import type { CorpusRow } from "./types.js";

export const corpora: Record<"libreoffice-help" | "npm" | "udhr", CorpusRow> = {
  "libreoffice-help": libreofficeHelp,
  npm,
  udhr,
};

export type CorpusName = keyof typeof corpora;
