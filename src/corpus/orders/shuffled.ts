/** Every window once an epoch, in an order that the seed shuffles anew each time (`../windows/windows.ts`). */
import { made } from "../../registry.js";
import { type SamplerState, windows } from "../windows/windows.js";
import type { Order } from "./types.js";

export function shuffled(): Order {
  return made({
    name: "shuffled",
    options: {},
    open({ shard, context, seed, state }) {
      const sampler = windows({ shard, context, seed, state: state as SamplerState | undefined });
      return {
        next: () => sampler.next().tokens,
        get epochs() {
          const { epoch, position } = sampler.state;
          return epoch + position / sampler.perEpoch;
        },
        get state() {
          return { ...sampler.state };
        },
      };
    },
  });
}
