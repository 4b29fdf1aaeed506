/**
 * A teacher: a model that is read beside the one that learns, and never changes. It is the model that the run begins from
 * ("base"), or that of a folder, of any width and depth but with the same token at every id. It is kept in float32 beside the
 * weights, in the engine and in no checkpoint; of the base only what is trained is kept twice, so beside LoRA it costs nothing.
 * What is learned from it is in `taught.ts`.
 */
import * as z from "zod";
import { parameterShapes, parametersOf } from "../../../architecture/index.js";
import type { Tensors } from "../../../engine/index.js";
import { load } from "../../../model/index.js";
import type { LanguageModel, ModelConfig, Tokenizer, Weights } from "../../../types.js";
import { hashOfModel } from "../../hash.js";
import type { ObjectiveOptions } from "../objective.js";

/** Instead of a path. */
export const BASE = "base";

/** As a recipe has it; relative to the recipe's own folder. */
export const teacherOption = z.string().min(1);

export interface Teacher {
  config: ModelConfig;
  /** Its weights among all that the engine has. */
  of(state: Tensors): Tensors;
  /** All of its weights by its own names, on the host. */
  weights(): Weights;
  /** What of them the engine has not anyway. */
  fixed: Weights;
  /** Ids below this are predicted by both, and of these all but `without`. */
  shared: number;
  without: readonly number[];
  /** Ids below this it can read. */
  reads: number;
  /** What run.json notes of it. */
  told: Record<string, string | number>;
}

/** A folder's model, read once, by whoever asks first. */
export interface TeacherFolder {
  model(): LanguageModel;
  hash(): string;
  /** Until somebody asks again. */
  forget(): void;
}

export function teacherFolder(path: string): TeacherFolder {
  let model: LanguageModel | undefined;
  let hash: string | undefined;
  const read = (): LanguageModel => (model ??= load(path));
  return { model: read, hash: () => (hash ??= hashOfModel(read())), forget: () => void (model = undefined) };
}

export const PREFIX = "teacher.";

/** The model that the run begins from. */
export function baseTeacher({ model, leaves, consume, newRows = [] }: ObjectiveOptions): Teacher {
  const { config } = model;
  const names = parametersOf(config).map(({ name }) => name);
  const moved = new Set(names.filter((name) => name in leaves.leaves));
  const ids = Array.isArray(newRows) ? newRows : [];
  const shared = Array.isArray(newRows) ? config.vocabSize : newRows.from;
  return {
    config,
    weights: () => Object.fromEntries(names.map((name) => [name, model.weights[name]!])),
    of: (state) => Object.fromEntries(names.map((name) => [name, state[moved.has(name) ? PREFIX + name : name]!])),
    fixed: Object.fromEntries(
      [...moved].map((name) => {
        const { shape, data } = model.weights[name]!;
        return [PREFIX + name, { shape, data: consume ? data.slice() : data }];
      }),
    ),
    ...withoutTail(shared, ids),
    reads: config.vocabSize,
    told: { teacher: BASE },
  };
}

/** Another model. Throws one line where it cannot read what the student reads. */
export function folderTeacher(
  { path, folder, caller }: { path: string; folder: TeacherFolder; caller: string },
  { model: student }: ObjectiveOptions,
): Teacher {
  const { config, weights, tokenizer } = folder.model();
  const refuse = (why: string): never => {
    throw new Error(`${caller}: invalid teacher: ${path} (${why})`);
  };
  if (config.encoder) refuse("an encoder");
  const known = Math.min(tokenizer.size, student.tokenizer.size);
  const other = differing(tokenizer, student.tokenizer, known);
  if (other !== undefined)
    refuse(
      `its token ${other} is ${named(tokenizer, other)}, the model's is ${named(student.tokenizer, other)}: both must be read with the same ids`,
    );
  const names = Object.keys(parameterShapes(config));
  const alike = tokenizer.size === student.tokenizer.size;
  return {
    config,
    weights: () => folder.model().weights,
    of: (state) => Object.fromEntries(names.map((name) => [name, state[PREFIX + name]!])),
    fixed: Object.fromEntries(names.map((name) => [PREFIX + name, weights[name]!])),
    // Rows that fill a table up are rows of both, where both have them.
    shared: alike ? Math.min(config.vocabSize, student.config.vocabSize) : known,
    without: [],
    reads: alike ? config.vocabSize : tokenizer.size,
    told: { teacher: path, hash: folder.hash(), layers: config.layers, width: config.width },
  };
}

/** Ids at the end are left out by ending before them. */
function withoutTail(rows: number, ids: readonly number[]): { shared: number; without: number[] } {
  const without = new Set(ids.filter((id) => id < rows));
  let shared = rows;
  while (without.delete(shared - 1)) shared--;
  return { shared, without: [...without].sort((a, b) => a - b) };
}

const differing = (a: Tokenizer, b: Tokenizer, size: number): number | undefined => {
  for (let id = 0; id < size; id++) if (a.tokenOf(id) !== b.tokenOf(id)) return id;
  return undefined;
};

const named = (tokenizer: Tokenizer, id: number): string => JSON.stringify(tokenizer.tokenOf(id) ?? null);
