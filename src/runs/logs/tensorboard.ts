/**
 * TensorBoard's event files: scalars by step. A file is a row of records: its length, that length's check sum, a protocol
 * buffer `Event`, its check sum. Wall times are seconds.
 */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { maskedCrc32c } from "./crc32c.js";
import { double, field, float, message } from "./protobuf.js";
import type { Log, LogOptions } from "./types.js";
import { clock, valuesOf } from "./values.js";

export function tensorboard({ dir, began }: LogOptions): Log {
  mkdirSync(dir, { recursive: true });
  const file = openSync(join(dir, `events.out.tfevents.${Math.floor(began / 1000)}.palimpsest`), "w");
  const secondsAt = clock();
  writeSync(file, eventRecord(message(double(1, began / 1000), field(3, "brain.Event:2"))));
  return {
    append(rows) {
      const events = rows.map((row) => scalars(began / 1000 + secondsAt(row), row.step, valuesOf(row)));
      writeSync(file, Buffer.concat(events));
    },
    close: () => closeSync(file),
  };
}

/** One event with the values of a step. */
export function scalars(wallTime: number, step: number, values: { name: string; value: number }[]): Buffer {
  const summary = message(...values.map(({ name, value }) => field(1, message(field(1, name), float(2, value)))));
  return eventRecord(message(double(1, wallTime), field(2, step), field(5, summary)));
}

function eventRecord(data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(data.length));
  head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(maskedCrc32c(data));
  return Buffer.concat([head, data, sum]);
}
