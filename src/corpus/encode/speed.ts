/** How far reading is, for a progress bar: bytes of files as they lie on disk, so that packed ones count as what they are. */
import { statSync } from "node:fs";
import { basename } from "node:path";
import type { OnProgress } from "../../types.js";
import { counted } from "../steps/notes.js";

export interface SpeedOptions {
  label: string;
  paths: readonly string[];
  onProgress: OnProgress | undefined;
}

export interface Speed {
  /** So many bytes of text of the file of this number have come by, and so many documents in all, in this process and before. */
  at(file: number, bytes: number, documents: number): void;
  over(documents: number): void;
}

const packed = /\.(gz|gzip|zst|zstd|parquet)$/i;

export function speedOf({ label, paths, onProgress }: SpeedOptions): Speed {
  const sizes = paths.map((path) => statSync(path).size);
  const total = sizes.reduce((a, b) => a + b, 0);
  const began = Date.now();
  /** Bytes of a file for each byte of its text, as the last one had it; before there is one, as packed text is wont to. */
  const ratios = { true: 0.35, false: 1 };
  let [number, before, text, first]: [number, number, number, number | undefined] = [-1, 0, 0, undefined];
  let [seen, read] = [0, 0];
  return {
    at(file, bytes, documents) {
      if (file !== number) {
        if (number >= 0 && text > 0) ratios[`${packed.test(paths[number]!)}`] = sizes[number]! / text;
        before = sizes.slice(0, file).reduce((a, b) => a + b, 0);
        [number, text, seen] = [file, 0, first === undefined ? bytes : 0];
      }
      read += bytes - seen;
      [text, seen, first] = [bytes, bytes, first ?? documents];
      const seconds = (Date.now() - began) / 1000;
      const speed = seconds > 1 ? `, ${(read / 1e6 / seconds).toFixed(1)} MB/s` : "";
      const own = Math.min(sizes[file]!, Math.floor(text * ratios[`${packed.test(paths[file]!)}`]));
      const note = `${counted(documents, "document")}, ${basename(paths[file]!)}${speed}`;
      onProgress?.({ label, done: Math.min(before + own, total), total, note });
    },
    over: (documents) => onProgress?.({ label, done: total, total, note: counted(documents, "document") }),
  };
}
