/** The corpora by name. Adding one is a file in `sources/`, a row here, a test, and a section in `datasets/README.md`. */
import { changelogs } from "./sources/changelogs.js";
import { code } from "./sources/installed-code.js";
import { libreofficeHelp } from "./sources/libreoffice-help.js";
import { metamath } from "./sources/metamath.js";
import { npm } from "./sources/npm.js";
import { sotu } from "./sources/sotu.js";
import { udhr } from "./sources/udhr.js";
import type { CorpusRow } from "./types.js";

export const corpora = {
  "libreoffice-help": libreofficeHelp,
  npm,
  udhr,
  sotu,
  changelogs,
  code,
  metamath,
} satisfies Record<string, CorpusRow>;

export type CorpusName = keyof typeof corpora;
