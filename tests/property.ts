/** fast-check with the same inputs every time, so that a test fails today or never; others by hand: `SEED=7 npm test -- corpus`. */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env.SEED ?? 1) });

export default fc;
