/** Names that files have for parameters where they do not use the kind's own. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  type ArchitectureName,
  architectures,
  fieldsOf,
  parameterShapes,
  storedNames,
} from "../../src/architecture/index.js";

const golden = join(__dirname, "..", "golden", "architectures.json");
const { cases } = JSON.parse(readFileSync(golden, "utf8")) as {
  cases: Record<string, { config: { model_type: ArchitectureName } }>;
};
/** What a name is without its base prefix, and with TensorFlow's words for a norm. */
const spellings = {
  bare: (name: string) => name.replace(/^(model|transformer|gpt_neox|bert|roberta)\./, ""),
  older: (name: string) =>
    name.replace(/LayerNorm\.weight$/, "LayerNorm.gamma").replace(/LayerNorm\.bias$/, "LayerNorm.beta"),
};

for (const [case_, { config: json }] of Object.entries(cases))
  test(`${case_}: names without a base prefix and with older words are found, and its own are left alone`, () => {
    const config = { architecture: json.model_type, ...architectures[json.model_type].read(fieldsOf({ ...json })) };
    const own = Object.keys(parameterShapes(config));
    assert.deepEqual(storedNames(config, Object.fromEntries(own.map((name) => [name, []]))), {});
    const { bare, older } = spellings;
    for (const spell of [bare, older, (name: string) => bare(older(name))]) {
      const stored = own.map(spell);
      const expected = own.flatMap((name, i) => (stored[i] === name ? [] : [[name, stored[i]]]));
      assert.deepEqual(
        storedNames(config, Object.fromEntries(stored.map((name) => [name, []]))),
        Object.fromEntries(expected),
      );
    }
    assert.ok(own.some((name) => bare(name) !== name));
  });
