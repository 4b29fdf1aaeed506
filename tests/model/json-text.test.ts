/** Fields that Hugging Face's classes want with a point have one, and nothing else in the text is touched. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { jsonText } from "../../src/model/json-text.js";

test("whole numbers get a point where a float is wanted, and only there", () => {
  const json = {
    final_logit_softcapping: 30,
    rope_scaling: { factor: 8, high_freq_factor: 4, original_max_position_embeddings: 8192, long_factor: [1, 2] },
    initializer_factor: 1,
    partial_rotary_factor: 0.5,
    attn_logit_softcapping: null,
    hidden_size: 16,
    note: '"factor": 3',
    'odd\n  "factor': 3,
  };
  const text = jsonText(json);
  assert.deepEqual(JSON.parse(text), json);
  const pointed = [...text.matchAll(/"(\w+)": \d+\.0\b/g)].map(([, name]) => name);
  assert.deepEqual(pointed, ["final_logit_softcapping", "factor", "high_freq_factor", "initializer_factor"]);
});
