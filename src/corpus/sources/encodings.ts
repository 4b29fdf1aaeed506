/**
 * Which encodings a text that is not UTF-8 may be in, by the names that iconv takes: those that chardet finds likely from the
 * frequencies of bytes, and that decode every byte. A hint for a person; nothing is decoded by it.
 */
import { analyse } from "chardet";

/** Of a hundred; what chardet gives to other files is mostly below 30. */
const likely = 50;

/** Bytes that are looked at. */
const sample = 1 << 18;

/** What iconv calls those whose common form is wider than their name. */
const iconvNames: Record<string, string> = { "EUC-KR": "CP949", Shift_JIS: "CP932", "ISO-8859-1": "CP1252" };

/** The likeliest first, at most two; none where nothing fits. */
export function likelyEncodings(bytes: Uint8Array): string[] {
  const head = bytes.subarray(0, sample);
  const found = [...wide(head), ...analyse(head).flatMap(({ name, confidence }) => (confidence >= likely ? name : []))];
  return [...new Set(found)]
    .filter((name) => decodes(name, head, bytes.length > sample))
    .slice(0, 2)
    .map((name) => iconvNames[name] ?? name);
}

/** UTF-16 without a mark: the upper bytes of spaces and line ends are 0, and stand at odd places or at even ones. */
function wide(bytes: Uint8Array): string[] {
  const zeros = [0, 0];
  for (const [i, byte] of bytes.entries()) if (byte === 0) zeros[i % 2]!++;
  const [even, odd] = zeros as [number, number];
  if (Math.max(even, odd) < bytes.length / 50 || Math.min(even, odd) * 10 > Math.max(even, odd)) return [];
  return [odd > even ? "UTF-16LE" : "UTF-16BE"];
}

/** A name that Node does not know is as good as one that fails. */
function decodes(name: string, bytes: Uint8Array, cut: boolean): boolean {
  try {
    new TextDecoder(name, { fatal: true }).decode(bytes, { stream: cut });
    return true;
  } catch {
    return false;
  }
}
