/** What merging is given, wherever the numbers lie, and what a way of merging is. */
import type { Made } from "../registry.js";
import type { Rng } from "../rng.js";
import type { ModelConfig, Tokenizer } from "../types.js";

/** A model as merging sees it: its numbers are read a piece at a time, from memory or from files. */
export interface Source {
  /** What messages call it. */
  name: string;
  /** Absent for a kind of model that is not computed here. */
  config?: ModelConfig | undefined;
  tokenizer: Tokenizer;
  /** Tensors with a row for each token. */
  tables: readonly string[];
  tensors: Readonly<Record<string, Numbers>>;
}

export interface Numbers {
  shape: readonly number[];
  /** Those of a flat range; the array is good until the next read of this tensor. */
  read(begin: number, end: number): Float32Array;
  /** The same as they are stored, where that is in 16 bits. */
  halves?: Halves;
}

export interface Halves {
  /** What each of the 65,536 stands for. */
  values: Float32Array;
  /** Good until the next read of this tensor. */
  read(begin: number, end: number): Uint16Array;
}

export interface MergeMethod extends Made {
  /** How many models it merges. */
  readonly models: { readonly least: number; readonly most: number };
  /** Whether it counts from the base: then the base is the first of its inputs, and the models follow. */
  readonly fromBase: boolean;
  /** What the base and then each model is to it, where they are not alike. */
  readonly roles?: readonly string[];
  /** The rows of the tables that it merges, ids of `tokenizer`, of those that all models share; all of them where absent. */
  ids?(shared: readonly number[], models: readonly Tokenizer[], tokenizer: Tokenizer): readonly number[];
  /** Throws one line where it cannot merge these; reads no number. */
  check?(caller: string, tensors: readonly Tensor[]): void;
  /** Reads what it has to know of the tensor, or of `all` tensors: the same list for each of them. */
  begin(tensor: Tensor, all: readonly Tensor[]): Combine;
}

/** Numbers of a piece at the most, unless a row has more. */
export const PIECE = 1 << 18;

/** One tensor in all inputs. */
export interface Tensor {
  name: string;
  /** Numbers that are merged. */
  size: number;
  /** Numbers of a row, the last dimension; a tensor of one dimension is one row, but for a bias with a number for each token. */
  row: number;
  /** Numbers of the longest piece. */
  most: number;
  isTable: boolean;
  /** Whether it has one dimension, as gains of norms and biases: few numbers, all of which matter. */
  isVector: boolean;
  /** Counted from 0; absent outside of layers, and in a kind of model that is not computed here. */
  layer?: number | undefined;
  /** Layers of the model; 0 of a kind that is not computed here. */
  layers: number;
  /** Whether it comes after the layers: the last norm, a head. */
  isAfter: boolean;
  /** Of its own, by its name. */
  rng: Rng;
  /** The inputs a piece at a time, in order, whole rows, all of one length; good until the next piece. */
  pieces(): Iterable<readonly Float32Array[]>;
}

export interface Combine {
  /** Merges a piece into `out`. Pieces come in order, each once. */
  (inputs: readonly Float32Array[], out: Float32Array): void;
  /** What so many inputs are multiplied by, where the result is their sum and nothing else: then no half needs to be decoded. */
  factors?: (inputs: number) => readonly number[];
}
