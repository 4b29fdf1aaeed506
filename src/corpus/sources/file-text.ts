/** What a user says of the files of one language: where they are, and how to read them. As a type, and as the shape of its JSON. */
import * as z from "zod";
import { isReserved, reservedFix } from "../../names.js";
import { schemaOf, type Written } from "../../registry.js";
import { type FormName, forms } from "../forms/registry.js";
import type { Form } from "../forms/types.js";
import { fileFormats, type FileFormat } from "./paths.js";
import { textDocuments, type TextDocuments } from "./text-file.js";

/** One language's files and how to read them. */
export interface FileText {
  /** Files, folders and globs, to be split into train and held-out parts; either these or `train` and `heldOut`. */
  paths?: string | string[];
  /** Text to train on, with a held-out text of one's own: nothing is split, and nothing dropped. */
  train?: string | string[];
  heldOut?: string | string[];
  /** Defaults to what the file's name says; "code" for folders of source code, a document a file. */
  format?: FileFormat;
  /** Field (JSON) or column with the text, or a path to it: "meta.text", "choices[0].message"; defaults to "text". */
  field?: string;
  /** In place of `field`: several fields with what stands between them, e.g. "{title}\n\n{body}". */
  template?: string;
  /** What stands between the texts of a list; a list is refused without it. */
  join?: string;
  /** Field, column or path that names a document. When every language has one, equal names are translations of one document. */
  key?: string;
  /** Field, column or path with a document's date: ISO 8601, a year, or seconds or milliseconds since 1970. */
  date?: string;
  /** Of CSV and TSV: "none" where a quote is text as any other sign; defaults to "fields", which may stand in quotes. */
  quotes?: "fields" | "none";
  /** What one document of a .txt file is; defaults to "auto". */
  documents?: TextDocuments;
  /** Of "code": globs within the folder of what is taken, and of what is left out; defaults to files of known endings. */
  take?: string | string[];
  leave?: string | string[];
  /**
   * What a row becomes: documents of which not all tokens count the same. A row of `forms`, as a name or with its options, or a form
   * of your own, which has fields of its own. Defaults to the text of `field`.
   */
  form?: FormName | Written | Form;
  /** What becomes of rows and files that cannot be read: "refuse" (the default) stops, "skip" leaves them out and counts them. */
  bad?: "refuse" | "skip";
  /** Bytes of the longest row, or document of a text file; defaults to 64 MB (2^26). */
  longest?: number;
}

const name = z
  .string()
  .min(1)
  .refine((text) => !isReserved(text), reservedFix);
const names = z.union([name, z.array(name).min(1)]);

const fileText = z.strictObject({
  paths: names.optional(),
  train: names.optional(),
  heldOut: names.optional(),
  format: z.enum(fileFormats).optional(),
  field: name.optional(),
  template: name.optional(),
  join: z.string().optional(),
  key: name.optional(),
  date: name.optional(),
  quotes: z.enum(["fields", "none"]).optional(),
  documents: z.enum(textDocuments).optional(),
  take: names.optional(),
  leave: names.optional(),
  form: z
    .union([z.enum(Object.keys(forms) as [FormName]), schemaOf(forms)], {
      error: `expected one of ${Object.keys(forms).join(", ")}, by itself or as a name beside its options`,
    })
    .optional(),
  bad: z.enum(["refuse", "skip"]).optional(),
  longest: z.int().min(1).max(500_000_000).optional(),
});

/** Files by language, as JSON: paths, or a `FileText`. */
export const filesSchema = z.record(
  name,
  z.union([name, z.array(name).min(1), fileText], {
    error: `expected paths, or ${Object.keys(fileText.shape).join(", ")}`,
  }),
);
