/**
 * A folder as `wandb` leaves it offline, which `wandb sync` sends: protocol buffers `Record` in LevelDB's log format, blocks of
 * 32,768 bytes with a header of their own. Its check sum is zlib's CRC-32. One record of history for each step.
 */
import { createHash } from "node:crypto";
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { RunRecord } from "../record.js";
import { field, message } from "./protobuf.js";
import type { Log, LogOptions } from "./types.js";
import { clock, valuesOf } from "./values.js";

const blockBytes = 32_768;
/** ":W&B", the magic number 0xBEE1, version 0. */
const fileHeader = Buffer.from("3a572642e1be00", "hex");

export function wandb({ dir, record, began }: LogOptions): Log {
  const day = new Date(began).toISOString().replace(/[-:]/g, "");
  const id = createHash("sha256")
    .update(`${record.name} ${began} ${JSON.stringify(record.recipe)}`)
    .digest("hex")
    .slice(0, 8);
  const folder = join(dir, `offline-run-${day.slice(0, 8)}_${day.slice(9, 15)}-${id}`);
  mkdirSync(join(folder, "files"), { recursive: true });
  const file = openSync(join(folder, `run-${id}.wandb`), "w");
  const out = blocks((bytes) => void writeSync(file, bytes));
  const secondsAt = clock();
  const last = new Map<string, number>();
  let open: { step: number; seconds: number; values: Map<string, number> } | undefined;
  let number = 0;
  const write = (...fields: Buffer[]): void => out(message(field(1, number++), ...fields));
  const flush = (): void => {
    if (!open) return;
    const { step, seconds, values } = open;
    const own = { _step: step, _runtime: seconds, _timestamp: began / 1000 + seconds };
    const items = [...values, ...Object.entries(own)].map(([name, value]) =>
      field(1, message(field(2, name), field(16, json(value)))),
    );
    write(field(2, message(...items, field(2, message(field(1, step))))));
    open = undefined;
  };
  write(field(21, message(field(1, message(field(1, "0.31.0"), field(2, "0.31.0"))))));
  write(field(17, runOf(record, id, began)));
  return {
    append(rows) {
      for (const row of rows) {
        if (open && open.step !== row.step) flush();
        open ??= { step: row.step, seconds: 0, values: new Map() };
        open.seconds = secondsAt(row);
        for (const { name, value } of valuesOf(row)) {
          open.values.set(name, value);
          last.set(name, value);
        }
      }
    },
    close({ status }) {
      const seconds = open?.seconds ?? 0;
      flush();
      write(
        field(
          3,
          message(...[...last].map(([name, value]) => field(1, message(field(2, name), field(16, json(value)))))),
        ),
      );
      write(field(18, message(field(1, status === "failed" ? 1 : 0), field(2, Math.round(seconds)))));
      closeSync(file);
    },
  };
}

function runOf({ name, recipe, labels = {}, seed }: RunRecord, id: string, began: number): Buffer {
  const config = Object.entries({ ...recipe, ...labels, seed }).filter(([, value]) => value !== undefined);
  const items = config.map(([key, value]) => field(1, message(field(1, key), field(16, JSON.stringify(value)))));
  const time = message(field(1, Math.floor(began / 1000)));
  return message(field(1, id), field(3, "palimpsest"), field(4, message(...items)), field(8, name), field(17, time));
}

/** W&B's own spelling of numbers that JSON has not. */
const json = (value: number): string =>
  Number.isFinite(value) ? JSON.stringify(value) : Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

/** Records cut into LevelDB's pieces: check sum, length, and whether a piece is whole, first, in the middle or last. */
export function blocks(write: (bytes: Buffer) => void): (data: Buffer) => void {
  write(fileHeader);
  let at = fileHeader.length;
  return (data) => {
    for (let from = 0, first = true; first || from < data.length; first = false) {
      if (blockBytes - at < 7) {
        write(Buffer.alloc(blockBytes - at));
        at = 0;
      }
      const piece = data.subarray(from, from + blockBytes - at - 7);
      from += piece.length;
      const whole = Buffer.concat([
        Buffer.of(first ? (from < data.length ? 2 : 1) : from < data.length ? 3 : 4),
        piece,
      ]);
      const head = Buffer.alloc(6);
      head.writeUInt32LE(crc32(whole));
      head.writeUInt16LE(piece.length, 4);
      write(Buffer.concat([head, whole]));
      at = (at + 6 + whole.length) % blockBytes;
    }
  };
}
