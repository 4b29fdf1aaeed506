/**
 * OLMo-core's tokens: ids in `NAME.npy`, which in spite of its name has no header, and in `NAME.csv.gz` where each row begins
 * and ends, counted in tokens (src/olmo_core/data/utils.py of allenai/OLMo-core). Ids are uint16 or uint32: say which in its
 * config, which would take one byte for a vocabulary of 256.
 */
import { gzipSync } from "node:zlib";
import { flat, pieces } from "./flat.js";
import { unsignedFor } from "./packed.js";
import type { TokenFilesOptions, TokenFilesWritten } from "./types.js";

export const olmo = (options: TokenFilesOptions): Promise<TokenFilesWritten> =>
  flat({
    ...options,
    dtype: unsignedFor(options.vocabSize),
    extension: ".npy",
    beside({ lengths }) {
      let end = 0;
      // Members of gzip one after another are one file of gzip.
      return {
        ".csv.gz": pieces(lengths.length, (from, to) =>
          gzipSync(
            lengths
              .slice(from, to)
              .map((length) => `${end},${(end += length)}\n`)
              .join(""),
          ),
        ),
      };
    },
  });
