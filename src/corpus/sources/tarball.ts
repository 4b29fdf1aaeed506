/**
 * Files out of an npm tarball: gzip around ustar, read in memory with bounds. Not an unpacker: nothing is written, so
 * a path in the archive can lead nowhere. Long names and sizes in pax headers do not occur under the names asked for here.
 */
import { gunzipSync } from "node:zlib";

const block = 512;

export interface TarballFile {
  /** The gzipped archive. */
  tarball: Uint8Array;
  /** Path inside it, e.g. "package/package.json". */
  path: string;
  /** Bytes that the unpacked archive may have; more is an error, before they are allocated. Defaults to 512 MiB. */
  most?: number | undefined;
}

/** The file's bytes. Throws one line where the archive is damaged, too large, or without the file. */
export function fileInTarball({ tarball, path, most }: TarballFile): Uint8Array {
  for (const file of filesInTarball({ tarball, most })) if (file.path === path) return file.bytes;
  throw new Error(`fileInTarball: invalid path: ${path} (the tarball has no such file)`);
}

/** Every file of the archive, in its order. Throws one line where the archive is damaged or too large. */
export function* filesInTarball({
  tarball,
  most = 2 ** 29,
}: Omit<TarballFile, "path">): Generator<{ path: string; bytes: Uint8Array }> {
  let tar: Uint8Array;
  try {
    tar = gunzipSync(tarball, { maxOutputLength: most });
  } catch (error) {
    throw new Error(`fileInTarball: invalid tarball: ${(error as Error).message} (damaged, or over ${most} bytes)`, {
      cause: error,
    });
  }
  for (let at = 0; at + block <= tar.length && tar[at] !== 0;) {
    const name = fieldAt(tar, at, 100);
    const prefix = fieldAt(tar, at + 345, 155);
    const size = parseInt(fieldAt(tar, at + 124, 12).trim(), 8);
    const start = at + block;
    if (!(size >= 0 && start + size <= tar.length))
      throw new Error(`fileInTarball: invalid tarball: ${JSON.stringify(name)} claims ${size} bytes (damaged)`);
    const isFile = tar[at + 156] === 0x30 || tar[at + 156] === 0;
    if (isFile) yield { path: prefix ? `${prefix}/${name}` : name, bytes: tar.subarray(start, start + size) };
    at = start + Math.ceil(size / block) * block;
  }
}

/** A text field of a header, which ends at its first zero. */
function fieldAt(tar: Uint8Array, at: number, length: number): string {
  const field = tar.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder("latin1").decode(end < 0 ? field : field.subarray(0, end));
}
