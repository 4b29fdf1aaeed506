/** Documents that are like an earlier one go: near-duplicates by MinHash, as datatrove finds them. */
import { made } from "../../registry.js";
import { type Hash, hashOf } from "../repeats/hashes.js";
import { type Near, near, nearOptions, type NearOptions } from "../repeats/near.js";
import { noPast, type Step } from "./types.js";

export function minhash(given: NearOptions = {}): Step {
  const options = nearOptions(given);
  let hash: Hash | undefined;
  return made({
    name: "minhash",
    options: { ...options },
    alone: false,
    ready: async () => void (hash ??= await hashOf(options.hash)),
    open({ log, judged } = noPast) {
      if (!hash) throw new Error("minhash: not ready (await its ready() before open())");
      let found: Near | undefined = near(options, hash, log);
      let [kept, place]: [Uint32Array | undefined, number] = [undefined, judged];
      return {
        seen: found.count,
        see: ({ text }) => found?.add(text),
        judge(document) {
          kept ??= found?.kept();
          found = undefined; // its signatures are not needed any more
          return kept?.[place] === place++ ? document : { dropped: "like another document" };
        },
      };
    },
  });
}
