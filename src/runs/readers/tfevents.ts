/**
 * TensorBoard's event files: TFRecord frames (length, masked CRC, data, masked CRC) around `Event` messages, of which the
 * scalars are kept. Field numbers are those of tensorboard/compat/proto {event,summary,tensor}.proto. A file that a running
 * job is still writing ends in half a frame: what is whole is read. A frame whose CRC does not fit is an error.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { checkName } from "../../names.js";
import { maskedCrc32c } from "./crc32c.js";
import { fieldsOf, float32, float64 } from "./protobuf.js";
import { checkSize, refuse, type Row, type Source } from "./types.js";

/** Frames beyond this hold pictures or graphs; they are passed over without being read. */
const largestScalar = 1 << 20;

export function readEvents({ path, run }: Source): Row[] {
  const rows = new Map<number, Row>();
  for (const { bytes, offset } of framesOf(path)) {
    try {
      addEvent(bytes, run, rows);
    } catch (error) {
      throw new Error(`runs.rows: invalid event at byte ${offset} of ${path}: ${(error as Error).message}`, {
        cause: error,
      });
    }
    checkSize(path, rows.size);
  }
  return [...rows.values()];
}

export function looksLikeEvents(head: Uint8Array): boolean {
  if (head.length < 12) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  return view.getUint32(8, true) === maskedCrc32c(head.subarray(0, 8));
}

function* framesOf(path: string): Generator<{ bytes: Uint8Array; offset: number }> {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const head = new Uint8Array(12);
    const view = new DataView(head.buffer);
    for (let offset = 0; offset + 12 <= size;) {
      readSync(file, head, 0, 12, offset);
      if (view.getUint32(8, true) !== maskedCrc32c(head.subarray(0, 8)))
        throw refuse(path, `frame at byte ${offset}: its CRC does not fit`, "damaged, or not an event file");
      const length = Number(view.getBigUint64(0, true));
      if (!(length + 16 <= size - offset)) return;
      if (length <= largestScalar) {
        const frame = new Uint8Array(length + 4);
        readSync(file, frame, 0, length + 4, offset + 12);
        const bytes = frame.subarray(0, length);
        if (new DataView(frame.buffer).getUint32(length, true) !== maskedCrc32c(bytes))
          throw refuse(path, `frame at byte ${offset}: its CRC does not fit`, "damaged, or not an event file");
        yield { bytes, offset };
      }
      offset += length + 16;
    }
  } finally {
    closeSync(file);
  }
}

/** Event: wall_time 1, step 2, summary 5. */
function addEvent(bytes: Uint8Array, run: string, rows: Map<number, Row>): void {
  let [step, wallTime] = [0, NaN];
  const summaries: Uint8Array[] = [];
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 1 && typeof value !== "bigint" && value.length === 8) wallTime = float64(value);
    else if (number === 2 && typeof value === "bigint") step = Number(BigInt.asIntN(64, value));
    else if (number === 5 && typeof value !== "bigint") summaries.push(value);
  }
  for (const summary of summaries)
    for (const { number, value } of fieldsOf(summary)) {
      if (number !== 1 || typeof value === "bigint") continue;
      const { tag, scalar } = scalarOf(value);
      if (scalar === undefined) continue;
      const row = rows.get(step) ?? { run, step };
      row.wallTime = wallTime;
      row[checkName(tag, "tag")] = scalar;
      rows.set(step, row);
    }
}

/** Summary.Value: tag 1, simple_value 2, tensor 8 (a scalar of DT_FLOAT 1 or DT_DOUBLE 2, in content or as its one value). */
function scalarOf(bytes: Uint8Array): { tag: string; scalar?: number } {
  let tag = "";
  let scalar: number | undefined;
  for (const { number, value } of fieldsOf(bytes)) {
    if (typeof value === "bigint") continue;
    if (number === 1) tag = new TextDecoder().decode(value);
    else if (number === 2 && value.length === 4) scalar = float32(value);
    else if (number === 8) scalar = tensorScalar(value);
  }
  return scalar === undefined ? { tag } : { tag, scalar };
}

/** TensorProto: dtype 1, tensor_shape 2, tensor_content 4, float_val 5, double_val 6 (packed or not). */
function tensorScalar(bytes: Uint8Array): number | undefined {
  let dtype = 0n;
  let data: Uint8Array | undefined;
  for (const { number, value } of fieldsOf(bytes)) {
    if (number === 1 && typeof value === "bigint") dtype = value;
    else if ((number === 4 || number === 5 || number === 6) && typeof value !== "bigint") data = value;
  }
  if (dtype === 1n && data?.length === 4) return float32(data);
  if (dtype === 2n && data?.length === 8) return float64(data);
  return undefined;
}
