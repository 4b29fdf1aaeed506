/**
 * One run of ours, for `bpe.ts` and `encode.ts`: the request on stdin, the seconds on stdout. What is read and parsed first
 * is not timed.
 *
 *   node -r ./tests/typescript.cjs tests/bench/bpe-once.ts train < request.json
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer as Native } from "tokenizers";
import { extend, parse, train } from "../../src/vocab/index.js";

interface Request {
  texts: string[];
  size: number;
  /** A tokenizer.json. */
  base: string;
  newTokens: number;
}

type Work = (request: Request) => () => Promise<unknown>;

const works: Record<string, Work> = {
  train:
    ({ texts, size }) =>
    () =>
      train({ texts, size }),
  extend: ({ texts, base, newTokens }) => {
    const parsed = parse(base);
    return () => extend({ base: parsed, texts, newTokens });
  },
  encode: ({ texts, base }) => {
    const parsed = parse(base);
    return () => parsed.encodeBatch(texts);
  },
  "encode-native": ({ texts, base }) => {
    const native = Native.fromString(base);
    return async () => {
      for (let i = 0; i < texts.length; i += 256)
        for (const encoding of await native.encodeBatch(texts.slice(i, i + 256), { addSpecialTokens: false }))
          encoding.getIds();
    };
  },
};

async function main(): Promise<void> {
  const folder = join(__dirname, "..", "..");
  const native = process.argv[2] === "encode-native" ? "node_modules/tokenizers" : "";
  const { version } = JSON.parse(readFileSync(join(folder, native, "package.json"), "utf8")) as { version: string };
  const work = works[process.argv[2]!]!(JSON.parse(readFileSync(0, "utf8")) as Request);
  const start = performance.now();
  await work();
  const seconds = (performance.now() - start) / 1000;
  process.stdout.write(JSON.stringify({ version, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
}

main().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
