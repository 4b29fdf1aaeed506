/** Small files for seeds, from text and JSON. */
export const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");
export const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value));
export const jsonLines = (...rows: unknown[]): Uint8Array =>
  utf8(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
