/** What a file says of its making: no date in a PDF, the resolution in a PNG. */
import { crc32 } from "node:zlib";

/** Dates become the first of 2000, in as many bytes, so that the file's own table of places stays right. */
export function stampedPdf(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString("latin1");
  const dated = text.replace(
    /\/(CreationDate|ModDate) \(D:[^)]*\)/g,
    (whole, name: string) =>
      `/${name} (D:20000101000000+00'00'`.slice(0, whole.length - 1).padEnd(whole.length - 1) + ")",
  );
  return Buffer.from(dated, "latin1");
}

/** Adds the chunk "pHYs" (pixels per metre) before the image's data; https://www.w3.org/TR/png-3/#11pHYs. */
export function stampedPng(bytes: Uint8Array, dotsPerInch: number): Uint8Array {
  // The signature has 8 bytes, the first chunk 25.
  const [begin, perMetre] = [33, Math.round(dotsPerInch / 0.0254)];
  const chunk = Buffer.alloc(21);
  chunk.writeUInt32BE(9, 0);
  chunk.write("pHYs", 4, "latin1");
  chunk.writeUInt32BE(perMetre, 8);
  chunk.writeUInt32BE(perMetre, 12);
  chunk.writeUInt8(1, 16);
  chunk.writeUInt32BE(crc32(chunk.subarray(4, 17)), 17);
  return Buffer.concat([bytes.subarray(0, begin), chunk, bytes.subarray(begin)]);
}
