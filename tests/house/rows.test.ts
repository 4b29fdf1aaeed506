/** What a recipe can name, a cell can call: the functions of rows are in their room's contents. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { corpus, merge, mixture, train } from "../../src/index.js";

const registries: Record<string, [room: object, rows: Record<string, { make: unknown }>]> = {
  parts: [train, train.parts],
  parameters: [train, train.parameters],
  objectives: [train, train.objectives],
  optimisers: [train, train.optimisers],
  evaluators: [train, train.evaluators],
  probes: [train, train.probes],
  schedules: [train, train.schedules],
  mixtures: [mixture, mixture.mixtures],
  orders: [corpus, corpus.orders],
  scores: [corpus, corpus.scores],
  forms: [corpus, corpus.forms],
  renderings: [corpus, corpus.renderings],
  generators: [corpus, corpus.generators],
  methods: [merge, merge.methods],
};

const camel = (row: string): string => row.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

for (const [name, [room, rows]] of Object.entries(registries)) {
  test(`${name}: each row is a function of its room`, () => {
    const [names, functions] = [new Set(Object.keys(room)), new Set<unknown>(Object.values(room))];
    // "onward" is what a branch writes down of its parent's; nobody asks for it by name.
    const asked = Object.entries(rows).filter(([row]) => row !== "onward");
    const missing = asked.filter(([row, { make }]) => !functions.has(make) && !names.has(camel(row)));
    assert.deepEqual(
      missing.map(([row]) => row),
      [],
    );
  });
}
