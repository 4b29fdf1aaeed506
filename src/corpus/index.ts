export { cacheFolder } from "./cache.js";
export { load } from "./load.js";
export type { LoadOptions } from "./load.js";
export { corpora } from "./registry.js";
export type { CorpusName } from "./registry.js";
export type { FileFormat, FileText } from "./sources/files.js";
export type { TextDocuments } from "./sources/text-file.js";
export type { Corpus, CorpusRow, Document, SourceRequest, SourceText, TextKeys } from "./types.js";
