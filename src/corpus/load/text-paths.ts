/** Which parts of what is said of texts are paths: of files, and of rows that read files of their own. */
import { type Made, mapWritten, type Registry, type Written } from "../../registry.js";
import { forms } from "../forms/registry.js";
import type { FileText } from "../sources/file-text.js";
import { steps } from "../steps/registry.js";

/** How JSON says which texts there are, and what they go through. */
export interface WrittenTexts {
  files?: Record<string, string | string[] | FileText>;
  clean?: (string | Written)[];
}

/** The same with every path replaced. Forms and steps that are no JSON stay as they are. */
export function mapTextPaths({ files, clean }: WrittenTexts, map: (path: string) => string): WrittenTexts {
  const mapRow = <T extends string | object>(registry: Registry<Made>, given: T): T =>
    typeof given !== "object" || "options" in given
      ? given
      : (mapWritten(registry, given as unknown as Written, map) as T);
  const mapFiles = (given: string | string[] | FileText): string | string[] | FileText => {
    if (typeof given === "string") return map(given);
    if (Array.isArray(given)) return given.map(map);
    const named = (["paths", "train", "heldOut"] as const).filter((part) => given[part] !== undefined);
    const mapped = Object.fromEntries(named.map((part) => [part, [given[part]!].flat().map(map)]));
    return { ...given, ...mapped, ...(given.form && { form: mapRow(forms, given.form) }) };
  };
  return {
    ...(files && {
      files: Object.fromEntries(Object.entries(files).map(([language, given]) => [language, mapFiles(given)])),
    }),
    ...(clean && { clean: clean.map((step) => mapRow(steps, step)) }),
  };
}
