/**
 * Parquet as Hugging Face `datasets` and nanochat read it: `NAME.parquet` with the columns text, id, source, lang, tokens (how many)
 * and input_ids, in groups of 1,000 rows. nanochat reads the text alone, and takes the last file of a folder for validation.
 */
import { join } from "node:path";
import { type ParquetColumns, writeParquet } from "../parquet/write.js";
import { given, packed } from "./packed.js";
import type { TokenFilesOptions, TokenFilesWritten } from "./types.js";

const text = { type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" } as const;
const whole = { type: "INT32", repetition_type: "REQUIRED" } as const;
const columns: ParquetColumns = {
  text: [text],
  id: [text],
  source: [text],
  lang: [text],
  tokens: [whole],
  input_ids: [
    { repetition_type: "REQUIRED", converted_type: "LIST", num_children: 1 },
    { name: "list", repetition_type: "REPEATED", num_children: 1 },
    { name: "element", ...whole },
  ],
};

export async function parquet(options: TokenFilesOptions): Promise<TokenFilesWritten> {
  const { rows, dir, name, vocabSize } = given(options);
  const done = { rows: 0, tokens: 0 };
  async function* records(): AsyncGenerator<Record<string, unknown>> {
    for await (const row of rows) {
      const { tokens, id = String(done.rows), text = "", source = "", lang = "" } = row;
      packed(row, "int32", vocabSize);
      done.rows++;
      done.tokens += tokens.length;
      yield { text, id, source, lang, tokens: tokens.length, input_ids: Array.from(tokens) };
    }
    if (done.tokens === 0) throw new Error("tokenFiles: invalid rows: none (a file needs a token)");
  }
  const file = `${name}.parquet`;
  await writeParquet({ path: join(dir, file), columns, rows: records() });
  return { files: [file], dtype: "int32", ...done };
}
