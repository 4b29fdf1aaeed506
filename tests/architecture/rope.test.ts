/** Rotary positions turn as fast as they do in transformers, for every scaling, in both spellings of config.json. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { architectures, fieldsOf, frequencies, headWidthOf, type KnownScaling } from "../../src/architecture/index.js";

interface Row {
  parameters: Record<string, unknown>;
  head_dim: number;
  max_position_embeddings: number;
  window: number;
  frequencies: number[];
  magnitude: number;
}
const golden = join(__dirname, "..", "golden", "architectures-fields.json");
const { ropes } = JSON.parse(readFileSync(golden, "utf8")) as { ropes: Record<string, Row> };

for (const [name, { parameters, window, ...row }] of Object.entries(ropes))
  test(`rope, ${name}: frequencies and magnitude of transformers`, () => {
    const { rope_theta, partial_rotary_factor, ...scaling } = parameters;
    const { rope_type: type, ...older } = scaling;
    const spellings = [
      { rope_parameters: parameters },
      { rope_theta, partial_rotary_factor, rope_scaling: type ? { ...older, type } : null },
    ];
    for (const spelling of spellings) {
      const shape = {
        vocab_size: 8,
        hidden_size: 64,
        num_hidden_layers: 1,
        num_attention_heads: 2,
        intermediate_size: 8,
      };
      const config = architectures.llama.read(fieldsOf({ ...shape, ...row, ...spelling }));
      const rope = frequencies({
        theta: config.ropeTheta,
        width: headWidthOf(config) * (config.ropeFraction ?? 1),
        scaling: config.ropeScaling as KnownScaling | undefined,
        context: config.context,
        window,
      });
      assert.equal(rope.frequencies.length, row.frequencies.length);
      rope.frequencies.forEach((value, i) =>
        assert.ok(
          Math.abs(value / row.frequencies[i]! - 1) < 2e-6,
          `pair ${i}: ${value}, expected ${row.frequencies[i]}`,
        ),
      );
      assert.ok(Math.abs(rope.magnitude / row.magnitude - 1) < 1e-6, `${rope.magnitude}, expected ${row.magnitude}`);
    }
  });
