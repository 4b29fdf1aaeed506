/** Replay buffers: what they hold of domains one after another, how much is replayed, and that they go on from their state. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Buffer, buffers, type RunningBuffer } from "../../../src/corpus/index.js";
import type { Json } from "../../../src/registry.js";

const domains = ["a", "b", "c", "d"];

/** Domains one after another, `each` windows of them; a replayed one is answered by its name and place. */
function fill(buffer: RunningBuffer, each: readonly number[], from = 0, to = Infinity): (string | undefined)[] {
  const all = domains.flatMap((domain, i) => Array.from({ length: each[i]! }, (_, start) => ({ domain, start })));
  const given: (string | undefined)[] = [];
  for (const window of all.slice(from, to)) {
    const replayed = buffer.next();
    given.push(replayed && `${replayed.domain}${replayed.start}`);
    buffer.offer(window);
  }
  return given;
}

const sharesOf = ({ counts }: RunningBuffer): number[] => domains.map((domain) => (counts[domain] ?? 0) / 1000);

test("of four domains one after another a reservoir holds a quarter each, and what is always overwritten the last alone", () => {
  const of = (name: keyof typeof buffers, each = [5000, 5000, 5000, 5000]): number[] => {
    const buffer = buffers[name].make({ size: 1000, share: 0 }).begin({ seed: 1 });
    fill(buffer, each);
    return sharesOf(buffer);
  };
  // A quarter has a deviation of 0.0134 here.
  for (const share of of("reservoir")) assert.ok(Math.abs(share - 0.25) < 0.05, `${share}`);
  const [first, , , last] = of("overwriting");
  assert.ok(first === 0 && last! > 0.98, `${first}, ${last}`);
  assert.deepEqual(of("class-balanced"), [0.25, 0.25, 0.25, 0.25]);
  // Parts follow the text in a reservoir, and do not where classes are balanced.
  const uneven = [8000, 500, 8000, 500];
  const fair = of("reservoir", uneven);
  assert.ok(fair[1]! < 0.06 && Math.abs(fair[0]! - 8 / 17) < 0.06, `${fair}`);
  assert.deepEqual(of("class-balanced", uneven), [0.25, 0.25, 0.25, 0.25]);
});

test("a domain's part of a balanced buffer is a fair sample of what came of it", () => {
  let early = 0;
  for (let seed = 0; seed < 20; seed++) {
    const buffer = buffers["class-balanced"].make({ size: 200, share: 0 }).begin({ seed });
    fill(buffer, [2000, 2000, 2000, 2000]);
    const { domains: of, starts } = buffer.state as { domains: string[]; starts: number[] };
    assert.equal(new Set(of.map((domain, i) => `${domain}${starts[i]}`)).size, 200);
    early += starts.filter((start) => start < 1000).length;
  }
  // Of 4000 kept, half, with a deviation of 32.
  assert.ok(Math.abs(early - 2000) < 160, `${early}`);
});

for (const [name, { make }] of Object.entries(buffers))
  test(`${name}: the share is exact, and stopped anywhere it goes on from its state as JSON`, () => {
    const each = [30, 30, 30, 30];
    const buffer = (make as (options: { size: number; share: number }) => Buffer)({ size: 16, share: 0.25 });
    const whole = buffer.begin({ seed: 3 });
    const given = fill(whole, each);
    assert.equal(given[0], undefined);
    assert.equal(given.filter((one) => one !== undefined).length, Math.floor(0.25 * 119));
    for (const at of [0, 1, 15, 16, 17, 64, 120]) {
      const first = buffer.begin({ seed: 3 });
      fill(first, each, 0, at);
      const state = JSON.parse(JSON.stringify(first.state)) as Json;
      const second = buffer.begin({ seed: 3, state });
      assert.deepEqual(fill(second, each, at), given.slice(at));
      assert.deepEqual(second.state, whole.state);
    }
    assert.throws(
      () => make({ size: 8, share: 0.25 }).begin({ seed: 3, state: whole.state }),
      /a buffer of 16 windows, not 8/,
    );
    assert.throws(() => make({ size: 0, share: 0.25 }), /^Error: .*: invalid size: 0/);
    assert.throws(() => make({ size: 1, share: 1 }), /^Error: .*: invalid share: 1/);
  });
