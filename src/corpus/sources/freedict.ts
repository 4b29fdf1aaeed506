/**
 * FreeDict's bilingual dictionaries from Debian's packages `dict-freedict-<from>-<to>` (apt-get download, no root). Where only
 * the other direction has a package, its pairs are turned round. A pair of languages is fetched once; what is kept are its
 * pairs of words, tab-separated.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../../files.js";
import { fetchPackage } from "./debian.js";
import { readDictd } from "./dictd.js";

/** What Debian 12 and 13 have, as their names end. */
const packages =
  "afr-deu afr-eng ara-eng bre-fra ces-eng ckb-kmr cym-eng dan-eng deu-bul deu-ell deu-eng deu-fin deu-fra deu-ind deu-ita deu-kur deu-nld deu-pol deu-por deu-rus deu-spa deu-swe deu-tur ell-bul ell-eng ell-fin ell-fra ell-ind ell-ita ell-jpn ell-lat ell-lit ell-nld ell-nor ell-pol ell-por ell-rus ell-spa ell-swe eng-afr eng-ara eng-bul eng-ces eng-cym eng-dan eng-deu eng-ell eng-fin eng-fra eng-gle eng-hin eng-hrv eng-hun eng-ind eng-ita eng-jpn eng-lat eng-lit eng-nld eng-nor eng-pol eng-por eng-rom eng-rus eng-spa eng-srp eng-swe eng-swh eng-tur epo-eng fin-bul fin-deu fin-ell fin-eng fin-fra fin-ind fin-ita fin-jpn fin-lat fin-lit fin-nld fin-nor fin-pol fin-por fin-swe fra-bre fra-bul fra-deu fra-ell fra-eng fra-fin fra-ita fra-jpn fra-lat fra-lit fra-nld fra-pol fra-por fra-rus fra-spa fra-swe fra-tur gla-deu gle-eng gle-pol hrv-eng hun-eng isl-eng ita-bul ita-deu ita-ell ita-eng ita-fin ita-ind ita-jpn ita-lit ita-nor ita-pol ita-por ita-rus ita-spa ita-swe ita-tur jpn-deu jpn-eng jpn-fra jpn-rus kha-deu kha-eng kur-deu kur-eng kur-tur lat-deu lat-eng lit-eng mkd-bul nld-bul nld-deu nld-ell nld-eng nld-fin nld-fra nld-ind nld-ita nld-lat nld-lit nld-pol nld-por nld-rus nld-spa nld-swe nno-nob oci-cat pol-bul pol-deu pol-ell pol-eng pol-fin pol-fra pol-gle pol-ind pol-ita pol-jpn pol-nld pol-nor pol-por pol-rus pol-spa pol-swe pol-tur por-deu por-eng por-fra por-spa san-deu slk-eng slv-eng spa-ast spa-deu spa-eng spa-por srp-eng swe-bul swe-deu swe-ell swe-eng swe-fin swe-fra swe-ita swe-jpn swe-lat swe-nld swe-nor swe-pol swe-por swe-rus swe-spa swe-tur swh-eng swh-pol tur-deu tur-eng wol-fra"
    .split(" ")
    .map((name) => ({ name, codes: name.split("-").map(short) as [string, string] }));

/** Goes up when entries are read differently, so that older copies are read anew. */
const readerVersion = 1;

export interface FreedictRequest {
  /** Language codes of two or three letters. */
  from: string;
  to: string;
  cacheDir: string;
  signal?: AbortSignal;
}

/** [word, word] pairs; an error that names what there is where there are none. */
export async function freedict({ from, to, cacheDir, signal }: FreedictRequest): Promise<[string, string][]> {
  const [a, b] = [short(from), short(to)];
  const forward = packages.find(({ codes }) => codes[0] === a && codes[1] === b);
  const found = forward ?? packages.find(({ codes }) => codes[0] === b && codes[1] === a);
  if (!found) {
    const others = packages.flatMap(({ codes }) => (codes.includes(b) ? codes.filter((code) => code !== b) : []));
    const known = others.length > 0 ? `${b} has one with ${[...new Set(others)].sort().join(", ")}` : `none for ${b}`;
    throw new Error(
      `dictionary: no FreeDict dictionary of ${from} and ${to} (${known}; your own: path to a tab-separated file)`,
    );
  }
  const pairs = readCopy(copyOf(cacheDir, found.name)) ?? (await fetchCopy(found.name, cacheDir, signal));
  return forward ? pairs : pairs.map(([word, translation]) => [translation, word]);
}

/** The shortest code of a language: "eng" is "en". */
function short(code: string): string {
  try {
    return Intl.getCanonicalLocales(code)[0]!.split("-")[0]!;
  } catch {
    throw new Error(`dictionary: invalid language: ${JSON.stringify(code)} (a code such as "en" or "eng")`);
  }
}

const copyOf = (cacheDir: string, name: string): string => join(cacheDir, "dictionaries", `${name}.tsv`);

/** The kept copy, or undefined when there is none, another reader made it, or it is not what was written. */
export function readCopy(path: string): [string, string][] | undefined {
  if (!existsSync(path)) return undefined;
  const text = readFileSync(path, "utf8");
  const end = text.indexOf("\n") + 1;
  const [header, body] = [text.slice(0, end).trimEnd(), text.slice(end)];
  const pairs = body
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t") as [string, string]);
  const promised = ` reader ${readerVersion}, ${pairs.length} pairs`;
  // Copies of older versions have no hash.
  return header.endsWith(promised) || header.endsWith(`${promised}, sha256 ${sha256Of(body)}`) ? pairs : undefined;
}

const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");

async function fetchCopy(name: string, cacheDir: string, signal?: AbortSignal): Promise<[string, string][]> {
  mkdirSync(cacheDir, { recursive: true });
  const folder = mkdtempSync(join(cacheDir, `.freedict-${name}-`));
  try {
    const debian = `dict-freedict-${name}`;
    const { version } = await fetchPackage({ name: debian, folder, listsDir: join(cacheDir, "apt"), signal });
    const stem = join(folder, "usr", "share", "dictd", `freedict-${name}`);
    const pairs = readDictd({ index: `${stem}.index`, entries: `${stem}.dict.dz` });
    if (pairs.length === 0)
      throw new Error(`package ${debian} ${version} has no pairs of words where they are expected`);
    const body = pairs.map((pair) => `${pair.join("\t")}\n`).join("");
    const header = `# ${debian} ${version}, reader ${readerVersion}, ${pairs.length} pairs, sha256 ${sha256Of(body)}`;
    writeAtomically(copyOf(cacheDir, name), `${header}\n${body}`);
    return pairs;
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Error(
      `dictionary: cannot fetch ${name}: ${(error as Error).message} (your own: path to a tab-separated file)`,
      { cause: error },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
