import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "../property.js";
import { Tokenizer as Native } from "tokenizers";
import { toSymbols } from "../../src/vocab/bytes.js";
import { scannerOf } from "../../src/vocab/scanner.js";
import type { TokenizerJson } from "../../src/vocab/format.js";
import { text } from "./odd.js";
import { diagnostics, llama3Stages, toy } from "./support.js";

const stages: Record<string, object> = {
  "GPT-2": {},
  "Llama 3": llama3Stages(3),
  Qwen: { ...llama3Stages(1), normalizer: { type: "NFC" } },
};

for (const [name, changes] of Object.entries(stages)) {
  const json = { ...toy([]).json, ...changes } as TokenizerJson;
  const scan = scannerOf(json)!;
  const native = Native.fromString(JSON.stringify(json));
  const check = (sample: string): void => {
    const pieces: string[] = [];
    scan(sample, (buffer, from, to) => pieces.push(toSymbols(buffer.subarray(from, to))));
    const normal = native.getNormalizer()?.normalizeString(sample) ?? sample;
    const expected = native.getPreTokenizer()!.preTokenizeString(normal);
    assert.deepEqual(
      pieces,
      expected.map(([piece]) => piece),
      JSON.stringify(sample.slice(0, 200)),
    );
  };

  test(`${name}: the scanner cuts where Hugging Face's pre-tokeniser cuts`, () => {
    fc.assert(fc.property(text, check), { seed: 1, numRuns: 600 });
    // Letters and numbers younger than one library's Unicode, and every kind of character next to a letter.
    for (let point = 0; point < 0x20000; point += point < 0x3100 ? 1 : 41)
      if (point < 0xd800 || point > 0xdfff) check(`a${String.fromCodePoint(point)} ${String.fromCodePoint(point)}1`);
    for (const point of [0x88f, 0xc5c, 0xa7ce, 0x11de0, 0x16ff6, 0x33479]) check(`a${String.fromCodePoint(point)}1`);
  });

  test(`${name}: short texts of what the pattern names`, () => {
    const part = fc.constantFrom(..."'sStTrReEvVlLmMdDſ \u00a0\t\r\n123½é한。.!_👩\u0301\u1100\u1161");
    const samples = fc.array(part, { maxLength: 10 }).map((parts) => parts.join(""));
    fc.assert(fc.property(samples, check), { seed: 2, numRuns: 4000 });
  });

  test(`${name}: a text of several blocks is cut as a whole`, () => {
    const lines = ["ko", "fr"].flatMap(diagnostics);
    const long = Array.from({ length: 9 }, (_, i) => lines.join(["\n", "  ", "。", ""][i % 4])).join(" \n\n ");
    assert.ok(long.length > 2 ** 20, `${long.length} characters`);
    check(long);
  });
}
