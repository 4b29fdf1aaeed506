/** What config.json leaves out or says in an older spelling means here what it means to transformers. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type ArchitectureName, architectures, fieldsOf } from "../../src/architecture/index.js";
import type { ModelConfig } from "../../src/types.js";

type Json = Record<string, unknown>;
const golden = join(__dirname, "..", "golden", "architectures-fields.json");
const { spellings } = JSON.parse(readFileSync(golden, "utf8")) as {
  spellings: Record<string, { given: Json; meant: Json }>;
};
const read = (json: Json): ModelConfig => architectures[json.model_type as ArchitectureName].read(fieldsOf(json));

for (const [name, { given, meant }] of Object.entries(spellings))
  test(`${name}: the shape that transformers reads`, () => {
    // The context has no default here: every published file says it.
    assert.deepEqual(read({ max_position_embeddings: meant.max_position_embeddings, ...given }), read(meant));
  });
