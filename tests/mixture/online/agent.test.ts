import assert from "node:assert/strict";
import { test } from "node:test";
import { agent, learnAgent, type Trajectory } from "../../../src/mixture/index.js";
import { rng } from "../../../src/rng.js";

const domains = ["old", "new"];
const actions = [
  [1, 0],
  [0.5, 0.5],
  [0, 1],
];

/** The new domain can be learned until it is known, after which only the old one, forgotten meanwhile, gains. */
function follow(choose: (losses: number[], before: number[]) => number): Trajectory {
  const trajectory: Trajectory = { taken: [], losses: [[2, 4]] };
  for (let t = 0; t < 6; t++) {
    const losses = trajectory.losses[t]!;
    const action = choose(losses, trajectory.losses[t - 1] ?? losses);
    const [old, fresh] = actions[action]! as [number, number];
    trajectory.taken.push(action);
    trajectory.losses.push([losses[0]! + 0.3 * fresh - 0.3 * old, Math.max(2.2, losses[1]! - 0.9 * fresh)]);
  }
  return trajectory;
}

const sum = (losses: number[]): number => losses.reduce((a, b) => a + b, 0);
const end = ({ losses }: Trajectory): number => sum(losses.at(-1)!);

test("learned from random trajectories, it ends better than they did and than any one mixture", () => {
  const random = rng(1);
  const trajectories = Array.from({ length: 30 }, () => follow(() => random.int(3)));
  const weights = learnAgent({ trajectories, actions, conservative: 0.01 });
  const mixing = agent({ domains, actions, weights, every: 1 }).begin({
    steps: 6,
    tokensPerStep: 1,
    sizes: {},
    rate: () => 1,
  });
  let step = 0;
  const learned = follow(([old, fresh]) => {
    mixing.observe!({ step: step++, losses: {}, drawn: {}, evaluations: { old: old!, new: fresh! } });
    const shares = mixing.shares(step);
    return actions.findIndex((action) => action.every((share, i) => share === shares[i]));
  });
  const mean = trajectories.reduce((total, each) => total + end(each) / trajectories.length, 0);
  const fixed = actions.map((_, i) => end(follow(() => i)));
  assert.ok(
    end(learned) < mean && end(learned) < Math.min(...fixed),
    `${end(learned)} to ${mean}, ${fixed.join(", ")}`,
  );
  assert.deepEqual([learned.taken[0], learned.taken.at(-1)], [2, 0], learned.taken.join(", "));
});

test("what no trajectory tried is held down, unless asked not to be", () => {
  const trajectories = [follow(() => 0), follow(() => 1)];
  const value = (conservative: number): number =>
    learnAgent({ trajectories, actions, conservative, discount: 0 })[2]![0]!;
  assert.equal(value(0), 0);
  assert.ok(value(0.1) < -0.1, `${value(0.1)}`);
});

test("weights that do not fit the actions, trajectories without their losses: one line", () => {
  assert.throws(() => agent({ domains, actions, weights: [[1]], every: 1 }), /^Error: agent: invalid weights: 1 rows/);
  const trajectories = [{ taken: [0, 1], losses: [[1, 1]] }];
  assert.throws(
    () => learnAgent({ trajectories, actions }),
    /^Error: learnAgent: invalid trajectory: 2 actions of 3 and 1 /,
  );
});
