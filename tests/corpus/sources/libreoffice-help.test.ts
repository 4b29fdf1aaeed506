import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, beforeEach, test } from "node:test";
import { corpora, load } from "../../../src/corpus/index.js";
import type { LoadOptions } from "../../../src/corpus/index.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-help-"));
const path = process.env.PATH;
after(() => {
  process.env.PATH = path;
  rmSync(root, { recursive: true });
});

/** A stand-in for Debian: `apt-get` and `dpkg-deb` as scripts that hand out the folders under `packages`, or fail as told. */
const bin = join(root, "bin");
const log = join(root, "log");
mkdirSync(bin);
writeFileSync(
  join(bin, "apt-get"),
  `#!/bin/sh
echo "$*" >> ${log}
for last; do :; done
case "$FAKE_APT" in
  unreachable) echo "E: Failed to fetch http://deb.example/x.deb  Could not connect to deb.example:80" >&2; exit 100;;
  hang) exec sleep 60;;
  nolists) case "$*" in *Dir::State::Lists=*) ;; *) echo "E: Unable to locate package $last" >&2; exit 100;; esac;;
esac
case "$*" in
  *update) exit 0;;
  *download*)
    if [ ! -d ${root}/packages/$last ]; then echo "W: a warning" >&2; echo "E: Unable to locate package $last" >&2; exit 100; fi
    echo $last > "$last"_4%3a7.4-1_all.deb;;
esac
`,
  { mode: 0o755 },
);
writeFileSync(join(bin, "dpkg-deb"), `#!/bin/sh\ncp -r ${root}/packages/$(cat "$2")/. "$3"\n`, { mode: 0o755 });

const shell = process.platform === "win32" ? "needs a Unix shell" : false;

function put(name: string, folder: string, pages: Record<string, string>): void {
  for (const [page, body] of Object.entries(pages)) {
    const file = join(root, "packages", name, "usr/share/libreoffice/help", folder, "text", `${page}.html`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `<html><body><div id="DisplayArea">${body}</div><div id="SearchFrame"></div></body></html>`);
  }
}
const numbers = [...Array(60).keys()];
const pages = (body: (i: number) => string): Record<string, string> =>
  Object.fromEntries(numbers.map((i) => [`scalc/0${i % 3}/page${i}`, body(i)]));
put(
  "libreoffice-help-en-us",
  "en-US",
  pages((i) => `<h1>Page ${i}</h1><p>English sentence ${i}.</p><p>Not translated ${i}.</p>`),
);
put(
  "libreoffice-help-fi",
  "fi",
  pages((i) =>
    i % 10 === 9
      ? `<p>Not translated ${i}.</p>`
      : `<h1>Sivu ${i}</h1><p>Suomen lause ${i}.</p><p>Not translated ${i}.</p>`,
  ),
);
put("libreoffice-help-et", "et", {});
mkdirSync(join(root, "packages", "libreoffice-help-et"), { recursive: true });

let cacheDir: string;
beforeEach(() => {
  cacheDir = mkdtempSync(join(root, "cache-"));
  process.env.PATH = `${bin}:${path}`;
  process.env.FAKE_APT = "";
  writeFileSync(log, "");
});
const help = (options: Partial<LoadOptions> = {}): ReturnType<typeof load> =>
  load({ name: "libreoffice-help", languages: ["en", "fi"], heldOut: 0.2, cacheDir, ...options });
const calls = (): string[] => readFileSync(log, "utf8").split("\n").filter(Boolean);

test(
  "pages of two languages are aligned by path, and what was never translated is dropped",
  { skip: shell },
  async () => {
    const corpus = await help();
    assert.equal(corpus.source, "LibreOffice Help 4:7.4-1 (Debian)");
    assert.equal(corpus.aligned, true);
    const { en, fi } = corpus.keys;
    assert.equal(en!.train.length + en!.heldOut.length, 60);
    assert.equal(fi!.train.length + fi!.heldOut.length, 54);
    assert.ok(fi!.heldOut.every((key) => en!.heldOut.includes(key)) && fi!.heldOut.length > 0);
    assert.ok(fi!.train.every((key) => en!.train.includes(key)));
    assert.match(fi!.train[0]!, /^scalc\/0\d\/page\d+$/);
    const all = [...corpus.texts.fi!.train, ...corpus.texts.fi!.heldOut].join("\n");
    assert.ok(all.includes("Suomen lause 12.") && !all.includes("Not translated"));
    assert.ok(
      corpus.notes.some((note) => /^fi: \d+ bytes that were never translated from English dropped$/.test(note)),
    );
    const kept = await help({ keepUntranslated: true });
    assert.equal(kept.keys.fi!.train.length + kept.keys.fi!.heldOut.length, 60);
  },
);

test(
  "a language is fetched once; a damaged copy is fetched again; nothing else stays in the cache",
  { skip: shell },
  async () => {
    const first = await help();
    assert.deepEqual(
      calls().map((line) => line.split(" ").at(-1)),
      ["libreoffice-help-en-us", "libreoffice-help-fi"],
    );
    assert.deepEqual(readdirSync(cacheDir), ["libreoffice-help"]);
    assert.deepEqual(readdirSync(join(cacheDir, "libreoffice-help")).sort(), ["en.jsonl", "fi.jsonl"]);
    assert.deepEqual(corpora["libreoffice-help"].ready(cacheDir), ["en", "fi"]);
    assert.deepEqual(await help(), first);
    assert.equal(calls().length, 2);
    appendFileSync(join(cacheDir, "libreoffice-help", "fi.jsonl"), `{"key":"half`);
    const again = await help();
    assert.deepEqual(again, {
      ...first,
      notes: ["fi: the kept copy was damaged or old, and is fetched anew", ...first.notes],
    });
    assert.equal(calls().length, 3);
    process.env.FAKE_APT = "unreachable";
    assert.deepEqual(await help(), first);
  },
);

test("Finnish alone is split as Finnish with English is", { skip: shell }, async () => {
  const both = await help();
  const alone = await help({ languages: ["fi"] });
  assert.deepEqual(alone.languages, ["fi"]);
  assert.deepEqual(alone.keys.fi, both.keys.fi);
  assert.deepEqual(alone.texts.fi, both.texts.fi);
});

test("missing package lists are fetched into the cache, without root", { skip: shell }, async () => {
  process.env.FAKE_APT = "nolists";
  await help({ languages: ["en"] });
  const [first, update, second] = calls();
  assert.ok(!first!.includes("Dir::State::Lists") && first!.endsWith("download libreoffice-help-en-us"));
  assert.ok(update!.includes(`Dir::State::Lists=${join(cacheDir, "apt", "lists")}`) && update!.endsWith("update"));
  assert.ok(second!.includes("Dir::State::Lists=") && second!.endsWith("download libreoffice-help-en-us"));
});

test(
  "no apt, no network, no such package, no pages: one line each, nothing half-written",
  { skip: shell },
  async () => {
    process.env.FAKE_APT = "unreachable";
    await assert.rejects(
      help(),
      /^Error: load: cannot fetch libreoffice-help-en-us: apt-get: Failed to fetch [^\n]*Could not connect to deb\.example:80; the npm corpus and your own files need no network$/,
    );
    assert.equal(calls().length, 1, "an unreachable archive is not tried twice");
    process.env.FAKE_APT = "";
    await assert.rejects(
      help({ languages: ["sv"] }),
      /^Error: load: cannot fetch libreoffice-help-sv: apt-get: Unable to locate package libreoffice-help-sv; with fresh package lists: [^\n]*as root, `apt-get update` renews[^\n]*$/,
    );
    await assert.rejects(
      help({ languages: ["et"] }),
      /^Error: load: cannot fetch libreoffice-help-et: package libreoffice-help-et 4:7\.4-1 has no text where it is expected; /,
    );
    await assert.rejects(
      help({ languages: ["xx"] }),
      /^Error: load: invalid language: xx; libreoffice-help has ca, cs, /,
    );
    await assert.rejects(help({ languages: [] }), /^Error: load: invalid languages: none; libreoffice-help has /);
    process.env.PATH = join(root, "nothing");
    await assert.rejects(
      help({ languages: ["de"] }),
      /^Error: load: cannot fetch libreoffice-help-de: apt-get is not on this machine/,
    );
    assert.deepEqual(readdirSync(join(cacheDir, "libreoffice-help")), ["en.jsonl"]);
    assert.deepEqual(
      readdirSync(cacheDir).filter((entry) => entry.startsWith(".")),
      [],
    );
  },
);

test("an abort stops the download and leaves nothing", { skip: shell }, async () => {
  process.env.FAKE_APT = "hang";
  const controller = new AbortController();
  const loading = help({ signal: controller.signal });
  while (calls().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  controller.abort(new Error("enough"));
  await assert.rejects(loading, /^Error: enough$/);
  assert.deepEqual(readdirSync(cacheDir), []);
});

test("Debian's real packages read as the manual they are", async (context) => {
  process.env.PATH = path;
  try {
    execFileSync("apt-get", ["-q", "--print-uris", "download", "libreoffice-help-ko"], { stdio: "ignore" });
  } catch {
    context.skip("apt-get does not know libreoffice-help-ko here");
    return;
  }
  let corpus: Awaited<ReturnType<typeof load>>;
  try {
    corpus = await help({ languages: ["en", "ko"], heldOut: 0.05, signal: AbortSignal.timeout(300_000) });
  } catch (error) {
    context.skip(`the archive cannot be reached: ${(error as Error).message}`);
    return;
  }
  const { en, ko } = corpus.texts;
  const bytes = (texts: string[]): number => texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  assert.ok(
    en!.train.length > 2000 && bytes(en!.train) > 3.5e6,
    `${en!.train.length} documents, ${bytes(en!.train)} bytes`,
  );
  assert.ok(
    ko!.train.length > 1500 && bytes(ko!.train) > 1.5e6,
    `${ko!.train.length} documents, ${bytes(ko!.train)} bytes`,
  );
  const held = new Set(corpus.keys.en!.heldOut);
  assert.ok(corpus.keys.ko!.train.every((key) => !held.has(key)));
  const text = ko!.train.join("\n");
  assert.ok((text.match(/\p{Script=Hangul}/gu) ?? []).length > 0.3 * text.length, "Korean is mostly Hangul");
  const english = new Set(en!.train.join("\n").split("\n"));
  assert.ok(!ko!.train.some((document) => document.split("\n").some((line) => english.has(line))));
});
