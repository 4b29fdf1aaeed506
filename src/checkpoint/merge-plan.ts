/** What a merge of folders will do, known before any weight is read: which tensors and rows, in whose files. */
import { tablesOf } from "../architecture/index.js";
import { knownTables } from "../architecture/index.js";
import { lacking, type MergedTensor, mergedTensors, type MergeMethod, type Source, widest } from "../merge/index.js";
import { changedFields } from "../model/huggingface-config.js";
import type { Entry } from "../model/safetensors-header.js";
import type { Rng } from "../rng.js";
import type { Tokenizer } from "../types.js";
import type { Folder } from "./folder.js";
import { openSource, type OpenSource } from "./numbers.js";
import { sameBytes } from "./same-bytes.js";
import { asFolder, frontOf, hasHead, isStacked, nameOf, openStack, type Stacked } from "./stack.js";
import { union } from "./union.js";

export interface MergeInputs {
  /** What `open` gave, or layers of several, in the order of the method's weights. */
  models: readonly (Folder | Stacked)[];
  /** What methods of deltas count from, which need one. Its files, types and tokens are the result's, where it has all tokens. */
  base?: Folder | Stacked | undefined;
  method: MergeMethod;
  /** Whose tokens the result has, and whose files: "base", a folder, or "union", with new ids for what the base lacks. Defaults to the first of base and models that has the tokens of all. */
  tokens?: "base" | "union" | Folder | undefined;
}

export interface MergePlan {
  /** Whose files, types and tokens the result has. */
  like: string;
  /** Its tensors: merged as matrices, as gains of norms and biases, and those that are no parameters and stay as they are. */
  tensors: { matrices: number; vectors: number; kept: number };
  /** Rows of the tables: of tokens that all have, of those that only some have, whose row stays, and without a token. */
  rows: { merged: number; kept: number; padding: number };
  /** By model, tokens that the result lacks, and their rows with them. */
  dropped: Record<string, number>;
  /** Whether the head is the table; models that are tied where the result is not, whose table is their head. */
  tied: boolean;
  untied: string[];
}

/** The same with what is needed to do it. */
export interface Planned {
  plan: MergePlan;
  /** Laid out as the result. */
  folder: Folder;
  tokenizer: Tokenizer;
  rows: number;
  source: OpenSource;
  /** Fields of config.json that say the result's shape. */
  config: Record<string, unknown>;
  tensors: MergedTensor[];
  /** When what is read ahead is there. */
  ready(): Promise<void>;
  close(): void;
}

const caller = "checkpoint.merge";

export function planned({ models, base, method, tokens, rng }: MergeInputs & { rng: Rng }): Planned {
  if (models.length === 0) throw new Error(`${caller}: invalid models: none`);
  const all = [...new Set([...(base ? [base] : []), ...models])];
  const tied = !all.some(hasHead);
  const head = tied ? undefined : headName(all.map(frontOf).find(({ shape }) => shape) ?? frontOf(all.find(hasHead)!));
  const opened = new Map(
    all.map((model): [Folder | Stacked, OpenSource] => [
      model,
      isStacked(model) ? openStack(caller, model, head) : openSource(model, head),
    ]),
  );
  const ready = async (): Promise<void> =>
    void (await Promise.all([...opened.values()].map((source) => source.ready())));
  const close = (): void => opened.forEach((source) => source.close());
  try {
    const like = frameOf(all, opened, tokens);
    const source = opened.get(like)!;
    const tokenizer = tokens === "union" ? union(all.map((model) => frontOf(model).tokenizer)) : source.tokenizer;
    const { rows: stored } = frontOf(like);
    const rows = Math.max(stored, tokenizer.size);
    const given = { base: base && opened.get(base)!, models: models.map((model) => opened.get(model)!), method, rng };
    const tensors = mergedTensors({ caller, ...given, frame: { source, tokenizer, rows } });
    const folder = isStacked(like) ? asFolder(like, source) : withHead(like, source, head);
    for (const model of all)
      if (model !== like && !isStacked(model)) sameBytes({ caller, base: folder, model, merged: source.stored });
    const { shape } = folder;
    const config =
      isStacked(like) && shape
        ? changedFields(folder.config, { ...shape, vocabSize: rows })
        : rows === stored
          ? {}
          : { vocab_size: rows };
    const dropped = all.map((model) => [nameOf(model), lacking(tokenizer, frontOf(model).tokenizer).count] as const);
    const count = Object.values(folder.headers).reduce((sum, { entries }) => sum + entries.length, 0);
    const vectors = tensors.filter((one) => one.shape.length === 1).length;
    const plan: MergePlan = {
      like: nameOf(like),
      tensors: { matrices: tensors.length - vectors, vectors, kept: count - tensors.length - folder.duplicates.length },
      rows: rowsOf(tensors, source, tokenizer, rows),
      dropped: Object.fromEntries(dropped.filter(([, lost]) => lost > 0)),
      tied,
      untied: tied ? [] : all.filter((model) => !hasHead(model)).map(nameOf),
    };
    return { plan, folder, tokenizer, rows, source, config, tensors, ready, close };
  } catch (error) {
    close();
    throw error;
  }
}

/** The model whose files the result has. */
function frameOf(
  all: readonly (Folder | Stacked)[],
  opened: ReadonlyMap<Folder | Stacked, Source>,
  tokens: MergeInputs["tokens"],
): Folder | Stacked {
  if (tokens === "base" || tokens === "union") return all[0]!;
  if (tokens) {
    const own = all.find((model) => frontOf(model).dir === tokens.dir);
    if (!own) throw new Error(`${caller}: invalid tokens: ${tokens.dir} (one of the models, or "union")`);
    return own;
  }
  const source = widest(caller, [...opened.values()], 'tokens: "union" gives the result the tokens of all');
  return all.find((model) => opened.get(model) === source)!;
}

function headName({ shape, output }: Folder): string | undefined {
  if (shape) return tablesOf({ ...shape, tied: false }).head;
  return knownTables().find(({ head }) => head === output?.name)?.head;
}

/** A tied folder beside one with a head of its own: its table is its head, in the file of the table. */
function withHead(folder: Folder, { stored }: OpenSource, head: string | undefined): Folder {
  if (head === undefined || folder.output) return folder;
  const { name: _, ...table } = folder.input;
  const output = { ...stored[head]!, ...table, name: head };
  const { headers, duplicates, ...rest } = folder;
  const own = headers[table.file]!;
  const entry: Entry = { name: head, dtype: table.dtype, shape: table.shape, begin: table.begin, end: table.end };
  const entries = [...own.entries.filter(({ name }) => name !== head), entry];
  return {
    ...rest,
    ...{ output, headers: { ...headers, [table.file]: { ...own, entries } } },
    duplicates: duplicates.filter((name) => name !== head),
  };
}

function rowsOf(
  tensors: readonly MergedTensor[],
  { tables }: Source,
  tokenizer: Tokenizer,
  rows: number,
): MergePlan["rows"] {
  const table = tensors.find(({ name }) => name === tables[0])!;
  const width = table.shape.slice(1).reduce((all, size) => all * size, 1);
  let named = 0;
  for (let id = 0; id < tokenizer.size; id++) if (tokenizer.tokenOf(id) !== undefined) named++;
  const merged = table.size / width;
  return { merged, kept: named - merged, padding: rows - named };
}
