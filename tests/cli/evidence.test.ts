/** What initialisers need comes from files: every row of the registry can be named on the command line. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { extend, open } from "../../src/checkpoint/index.js";
import { evidenceFor, type EvidenceOptions } from "../../src/cli/evidence.js";
import { initialisers, type InitialiserName } from "../../src/embed/index.js";
import { rng } from "../../src/rng.js";
import { extend as widen, train } from "../../src/vocab/index.js";
import { makeFolder } from "../checkpoint/folders.js";
import { diagnostics } from "../vocab/support.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-evidence-"));
after(() => rmSync(root, { recursive: true }));
const at = (name: string): string => join(root, name);

/** A file of word vectors: some of the words of the texts. */
function writeVectors(path: string, texts: string[], seed: number): string[] {
  const words = [...new Set(texts.join(" ").match(/\p{L}+/gu) ?? [])].slice(0, 200);
  const random = rng(seed);
  const lines = words.map((word) => [word, ...Array.from({ length: 5 }, () => random.normal().toFixed(4))].join(" "));
  writeFileSync(path, [`${words.length} 5`, ...lines, ""].join("\n"));
  return words;
}

test("every initialiser is made from the files that its row asks for, and says which option is missing", async () => {
  const [french, korean] = [diagnostics("fr").slice(0, 120), diagnostics("ko").slice(0, 120)];
  const base = await train({ texts: french, size: 400 });
  const tokenizer = await widen({ base, texts: korean, newTokens: 40 });
  makeFolder({ dir: at("model"), tokenizer: base });
  makeFolder({ dir: at("helper"), tokenizer });
  writeFileSync(at("ko.txt"), korean.join("\n"));
  const old = writeVectors(at("fr.vec"), french, 1);
  const now = writeVectors(at("ko.vec"), korean, 2);
  writeFileSync(at("pairs.tsv"), old.map((word, n) => `${word}\t${now[n % now.length]}`).join("\n"));
  const files: Record<Exclude<keyof EvidenceOptions, "field" | "clean">, string | string[]> = {
    texts: [at("ko.txt")],
    vectors: at("ko.vec"),
    baseVectors: at("fr.vec"),
    dictionary: at("pairs.tsv"),
    helper: at("helper"),
  };
  const signal = new AbortController().signal;
  for (const init of Object.keys(initialisers) as InitialiserName[]) {
    const row = initialisers[init];
    // What an option is missing for is named until all are there; what has no use is refused.
    let given: EvidenceOptions = {};
    for (let tries = 0; tries < 5; tries++)
      try {
        evidenceFor(init, row, given);
        break;
      } catch (error) {
        const flag = /^invalid --init: [\w-]+; it needs --([\w-]+)$/.exec((error as Error).message)?.[1];
        const name = flag?.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof typeof files;
        given = { ...given, [name]: files[name] };
      }
    const all = row.needs?.includes("words")
      ? { ...given, baseVectors: at("fr.vec"), dictionary: at("pairs.tsv") }
      : given;
    assert.equal(Object.keys(given).length > 0, row.needs !== undefined, init);
    for (const options of new Set([given, all])) {
      const evidence = await evidenceFor(init, row, options)({ base, tokenizer, signal, onProgress: () => {} });
      const out = at(`${init}-${options === all}`);
      const { report } = await extend({
        base: open({ dir: at("model") }),
        out,
        tokenizer,
        init,
        evidence,
        rng: rng(1),
      });
      const left = report.tables.reduce(
        (sum, { fallbacks }) => sum + Object.values(fallbacks).reduce((a, b) => a + b, 0),
        0,
      );
      assert.ok(left < 2 * report.newIds.length, `${init}: some rows are not left to the fallback`);
    }
  }
});

test("options that contradict each other", () => {
  const { wechsel, focus } = initialisers;
  assert.throws(
    () => evidenceFor("wechsel", wechsel, { vectors: "a", baseVectors: "b" }),
    /^Error: invalid --base-vectors: they need a --dictionary, which turns them towards --vectors$/,
  );
  assert.throws(
    () => evidenceFor("focus", focus, { texts: ["a"], dictionary: "b" }),
    /^Error: invalid --dictionary: focus does not use it$/,
  );
});
