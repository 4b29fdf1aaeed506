/** Documents of one language's files as they pass the steps, each with its side, from a barrier on where there was one. */
import { checkText } from "../load/check-text.js";
import { type PairsState, wholePairs } from "../pairs/whole-pairs.js";
import type { FileText } from "../sources/file-text.js";
import { type NamedFile, type Place, type ReadText, streamFiles } from "../sources/stream.js";
import type { Side, SideOf } from "../split/sides.js";
import type { Log } from "../logs/log.js";
import { addCounts } from "../steps/counting.js";
import type { Barrier } from "../steps/journal.js";
import { pipeBatches } from "../steps/pipe.js";
import type { Step } from "../steps/types.js";
import type { Document, StepCounts } from "../types.js";
import type { Speed } from "./speed.js";
import type { Placed } from "./stream.js";

/** Of all parts: what came out of the steps, and of parts that are over what went. */
export interface Passed {
  documents: number;
  bytes: number;
  /** Documents on neither side, without text, and without the other of their pair. */
  neither: number;
  empty: number;
  alone: number;
  cleaning: StepCounts[];
  /** What reading had to say. */
  notes: string[];
}

export const nonePassed = (): Passed => ({
  ...{ documents: 0, bytes: 0, neither: 0, empty: 0, alone: 0, cleaning: [], notes: [] },
});

/** What is noted between two documents. */
export interface Passing {
  part: Side;
  barrier: Barrier;
  /** Bytes of text of the file that the barrier stands in are in its place. */
  pairs: PairsState | undefined;
  passed: Passed;
}

export interface PassingOptions {
  language: string;
  text: FileText;
  own: ReadText;
  files: readonly NamedFile[];
  field: string | undefined;
  steps: readonly Step[];
  side: SideOf;
  workers: number;
  /** Where a step keeps what must be read twice and nobody will go on with. */
  scratch: string;
  /** UTF-16 units between two barriers; Infinity where there are none. */
  every: number;
  past: Passing | undefined;
  /** Is changed as documents pass; begins as `past` has it. */
  passed: Passed;
  log(name: string): Log;
  speed: Speed;
  signal: AbortSignal | undefined;
}

interface At extends Place {
  bytes: number;
  notes: string[];
}

export async function* passing(options: PassingOptions): AsyncGenerator<Placed<Passing>, void> {
  const { language, own, files, steps, side, workers, scratch, every, past, passed, log, speed, signal } = options;
  const held = files.some(({ held }) => held);
  for (const part of held ? (["train", "heldOut"] as const) : (["train"] as const)) {
    if (part === "train" && past?.part === "heldOut") continue;
    const begun = past?.part === part ? past : undefined;
    const at: At = { file: 0, documents: 0, bytes: 0, notes: [], ...(begun?.barrier.place as Partial<At> | undefined) };
    const journal = {
      ...{ past: begun?.barrier, every, log: (name: string) => log(`${part}.${name}`) },
      place: () => ({ ...at, notes: [...passed.notes] }),
    };
    const flow = pipeBatches({
      ...{ documents: documents(options, part, at), steps, workers, scratch },
      ...(every < Infinity && { journal }),
      ...(signal && { signal }),
    });
    const pairs = own.form?.pairs && steps.length > 0 ? wholePairs(begun?.pairs) : undefined;
    for await (const batch of flow.batches) {
      const placed: Placed<Passing>["documents"] = [];
      for (const document of batch.documents) {
        checkText(language, document, "encode");
        passed.documents++;
        passed.bytes += Buffer.byteLength(document.text);
        for (const each of pairs?.add(document) ?? [document]) {
          const where = held ? part : side(each);
          if (where) placed.push({ document: each, side: where });
          else passed.neither++;
        }
      }
      speed.at(at.file, at.bytes, passed.documents);
      const { barrier } = batch;
      if (barrier) {
        const { notes } = barrier.place as unknown as At;
        const logs = Object.entries(barrier.logs).map(([name, size]) => [`${part}.${name}`, size]);
        barrier.logs = Object.fromEntries(logs) as Record<string, number>;
        yield { documents: placed, barrier: { part, barrier, pairs: pairs?.state(), passed: { ...passed, notes } } };
      } else yield { documents: placed };
    }
    const cleaning = structuredClone(flow.counted.steps);
    passed.cleaning.forEach((before, i) => addCounts(cleaning[i]!, before));
    Object.assign(passed, {
      cleaning,
      empty: passed.empty + flow.counted.empty,
      alone: passed.alone + (pairs?.alone ?? 0),
    });
  }
}

async function* documents(options: PassingOptions, part: Side, at: At): AsyncGenerator<Document, void> {
  const { text, language, field, passed, signal } = options;
  const from: Place | undefined = at.documents > 0 ? { ...at } : undefined;
  const onFile = (_: string, file: number): void => {
    if (file !== at.file) Object.assign(at, { file, documents: 0, bytes: 0 });
  };
  const { notes } = passed;
  for await (const document of streamFiles({ text, language, part, field, notes, from, onFile, signal })) {
    at.documents++;
    at.bytes += Buffer.byteLength(document.text);
    yield document;
  }
}
