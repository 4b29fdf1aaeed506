/**
 * Windows of a domain's own text beside the run's order: for gradients that are compared or kept to. The n-th window follows
 * from the seed and n alone, so nothing of it need be saved and the run reads on as if nobody had looked.
 */
import { windows, type WindowSampler } from "../corpus/index.js";
import { rng } from "../rng.js";
import type { Shards } from "./text.js";

export interface ProbeOptions {
  shards: Shards;
  context: number;
  seed: number;
  /** Whose probes: others with the same seed get other windows. */
  of: string;
}

/** Windows `from` to `from + count` of the domain's train part, shuffled anew every epoch, end to end. */
export type Probes = (domain: string, from: number, count: number) => Int32Array;

export function probes({ shards, context, seed, of }: ProbeOptions): Probes {
  const streams = new Map<string, { stream: WindowSampler; next: number }>();
  const size = context + 1;

  function standing(domain: string, taken: number): WindowSampler {
    const shard = shards[domain]!.train!;
    const own = rng(seed)
      .fork(`${domain} ${of}`)
      .int(2 ** 31);
    const { perEpoch } = windows({ shard, context, seed: own });
    const place = { epoch: Math.floor(taken / perEpoch), position: taken % perEpoch };
    return windows({ shard, context, seed: own, state: { shard: shard.hash, context, seed: own, ...place } });
  }

  return (domain, from, count) => {
    const open = streams.get(domain);
    const stream = open?.next === from ? open.stream : standing(domain, from);
    streams.set(domain, { stream, next: from + count });
    const tokens = new Int32Array(count * size);
    for (let i = 0; i < count; i++) tokens.set(stream.next().tokens, i * size);
    return tokens;
  };
}
