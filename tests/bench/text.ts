/**
 * Seconds that the rules of Gopher, C4 and FineWeb and then MinHash take over the same documents, ours and datatrove's, each from
 * files to files and in a process of its own that has everything loaded before the clock starts. They take turns, and what
 * they keep must be the same documents. The words are those of the README files of our dependencies, as often as they are
 * there, in sentences of 4 to 24 with a fifth of the documents copied from earlier ones with a few words changed.
 *
 *   node -r ./tests/typescript.cjs tests/bench/text.ts < request.json      one run of ours
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { globSync } from "tinyglobby";
import { type Document, pipe, pipeline } from "../../src/corpus/index.js";
import { rng } from "../../src/rng.js";
import type { OnProgress } from "../../src/types.js";
import { typescript } from "../node.js";
import { pythonHas } from "../python.js";
import { type Outcome, race } from "./bpe-race.js";
import type { Row } from "./row.js";

const root = join(__dirname, "..", "..");
const steps = ["gopher-repetition", "gopher-quality", "c4", "fineweb", { name: "minhash", keep: "datatrove" }];

export interface TextOptions {
  /** 1,000 documents instead of 4,000. */
  quick?: boolean;
  rounds?: number;
  onProgress?: OnProgress;
}

export async function textRows({ quick = false, rounds = 3, onProgress }: TextOptions = {}): Promise<Row[]> {
  const count = quick ? 1000 : 4000;
  const folder = mkdtempSync(join(tmpdir(), "palimpsest-bench-text-"));
  try {
    const documents = join(folder, "documents");
    const kept = { ours: join(folder, "ours"), theirs: join(folder, "theirs") };
    mkdirSync(documents);
    const lines = documentsOf(count).map(({ key, text }) => `${JSON.stringify({ id: key, text })}\n`);
    [0, 1].forEach((half) =>
      writeFileSync(
        join(documents, `${half}.jsonl`),
        lines.slice((half * count) / 2, ((half + 1) * count) / 2).join(""),
      ),
    );
    const theirs = pythonHas("datatrove", "spacy")
      ? { command: ["python3", join(root, "tests/bench/text.py")] }
      : { command: undefined, missing: "no Python with datatrove and spaCy here" };
    const contenders = [
      { by: "palimpsest, 2 workers", command: [process.execPath, ...typescript, __filename] },
      { by: "datatrove, 2 workers", ...theirs },
    ];
    const work = `rules of Gopher, C4, FineWeb, then MinHash, ${count} documents`;
    const row = await race({ work, contenders, request: { documents, kept }, rounds, onProgress });
    if (row.measured[1]!.rounds.length > 0) {
      const [ours, others] = [kept.ours, kept.theirs].map((path) => readFileSync(path, "utf8"));
      if (ours !== others) throw new Error("bench: the documents that we keep are not those that datatrove keeps");
    }
    return [row];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function documentsOf(count: number): Document[] {
  const random = rng(1);
  const readmes = globSync("node_modules/*/README.md", { cwd: root, absolute: true }).sort();
  const words = readmes.flatMap((path) => readFileSync(path, "utf8").match(/\b[a-z]+(?:[-'][a-z]+)?\b/gi) ?? []);
  // A rule of C4 drops lines with that word.
  const prose = words.map((each) => each.toLowerCase()).filter((each) => !each.includes("javascript"));
  const word = (): string => prose[random.int(prose.length)]!;
  const sentence = (): string => {
    const text = Array.from({ length: 4 + random.int(21) }, () => (random.int(9) ? " " : ", ") + word())
      .join("")
      .replace(/^,? /, "");
    return `${text[0]!.toUpperCase()}${text.slice(1)}.`;
  };
  const texts: string[] = [];
  for (let i = 0; i < count; i++) {
    const again = i > 0 && random.int(5) === 0;
    const own = Array.from({ length: 3 + random.int(4) }, () =>
      Array.from({ length: 2 + random.int(3) }, sentence).join(" "),
    ).join("\n");
    texts.push(again ? texts[random.int(i)]!.replace(/ [a-z]+/g, (old) => (random.int(60) ? old : ` ${word()}`)) : own);
  }
  return texts.map((text, i) => ({ key: String(i), text }));
}

/** One run of ours: the rules in two threads, and MinHash beside them. */
async function once(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  const request = JSON.parse(readFileSync(0, "utf8")) as { documents: string; kept: { ours: string } };
  await pipeline({ documents: [{ key: "", text: "It is loaded. So it is." }], steps });
  const begun = performance.now();
  const kept: Document[] = [];
  for await (const document of pipe({ documents: read(request.documents), steps, workers: 2 })) kept.push(document);
  writeFileSync(`${request.kept.ours}.jsonl`, kept.map((document) => JSON.stringify(document)).join("\n"));
  const seconds = (performance.now() - begun) / 1000;
  writeFileSync(request.kept.ours, kept.map(({ key }) => key).join("\n"));
  const outcome: Outcome = { version, seconds, peakMegabytes: process.resourceUsage().maxRSS / 1024 };
  process.stdout.write(JSON.stringify(outcome));
}

function* read(folder: string): Generator<Document> {
  for (const name of readdirSync(folder).sort())
    for (const line of readFileSync(join(folder, name), "utf8").trimEnd().split("\n")) {
      const { id, text } = JSON.parse(line) as { id: string; text: string };
      yield { key: id, text };
    }
}

if (require.main === module)
  once().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
