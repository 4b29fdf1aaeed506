/** Reads an open file from its beginning, value by value: little endian, through a window, never past the end. */
import { fstatSync, readSync } from "node:fs";
import type { Fail } from "../safetensors-header.js";

const windowBytes = 1 << 20;

export class Cursor {
  /** Bytes of the file. */
  readonly size: number;
  #window = Buffer.alloc(0);
  /** Where the window begins in the file, and where in the window the next value does. */
  #start = 0;
  #at = 0;

  constructor(
    readonly fd: number,
    readonly fail: Fail,
  ) {
    this.size = fstatSync(fd).size;
  }

  get position(): number {
    return this.#start + this.#at;
  }

  get left(): number {
    return this.size - this.position;
  }

  u8 = (): number => this.#take(1).readUInt8();
  i8 = (): number => this.#take(1).readInt8();
  u16 = (): number => this.#take(2).readUInt16LE();
  i16 = (): number => this.#take(2).readInt16LE();
  u32 = (): number => this.#take(4).readUInt32LE();
  i32 = (): number => this.#take(4).readInt32LE();
  f32 = (): number => this.#take(4).readFloatLE();
  f64 = (): number => this.#take(8).readDoubleLE();
  /** Rounded where a double cannot hold it, which every bound refuses. */
  u64 = (): number => Number(this.#take(8).readBigUInt64LE());
  i64 = (): number => Number(this.#take(8).readBigInt64LE());

  /** A length, then so many bytes of UTF-8; bytes that are none become U+FFFD, as tokens may be cut characters. */
  text(what: string, most = 2 ** 28): string {
    const length = this.u64();
    if (!(length <= Math.min(most, this.left)))
      this.fail(`${what} claims ${length} bytes, ${this.left} are left${length <= this.left ? " (too long)" : ""}`);
    return this.#take(length).toString("utf8");
  }

  #take(length: number): Buffer {
    if (length > this.left) this.fail(`it ends at byte ${this.size}, in its header: truncated`);
    if (this.#at + length > this.#window.length) {
      const start = this.position;
      const window = Buffer.alloc(Math.min(Math.max(windowBytes, length), this.size - start));
      let done = 0;
      while (done < window.length) {
        const got = readSync(this.fd, window, done, window.length - done, start + done);
        if (got === 0) this.fail("it became shorter while it was read");
        done += got;
      }
      [this.#window, this.#start, this.#at] = [window, start, 0];
    }
    const taken = this.#window.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}
