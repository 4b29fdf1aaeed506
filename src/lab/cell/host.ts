/**
 * What the kernel process offers to the library that its cells import: a way to show something, and the list of work
 * that an interrupt should end. It hangs on `globalThis`, because a notebook's copy of the library need not be the copy
 * that started the kernel. Outside our kernel there is none, and the in-cell functions do without.
 */

import type { Progress } from "../../types.js";

export interface DisplayContent {
  /** A MIME bundle: strings for text types, objects for JSON types. */
  data: Record<string, unknown>;
  metadata: Record<string, unknown>;
  transient: { display_id?: string };
}

/** Sends a new display, or an update of every display with the same id. */
export type DisplaySender = (content: DisplayContent, update: boolean) => void;

export interface Host {
  /** The sender of the cell that runs now (or ran last). It stays valid after its cell. */
  sender(): DisplaySender;
  /** What the person says to a question; rejects where nobody can be asked, and when the cell is interrupted. */
  ask(prompt: string, password: boolean): Promise<string>;
  /** Work in flight that ends in good order when it is aborted. */
  interruptible: Set<AbortController>;
  /** Such work was ended by an interrupt, after this step where it has steps. */
  interrupted?(step?: number): void;
  /** Called when a cell has ended, before its reply: what was held back to be shown less often is shown. */
  cellEnd: Set<() => void>;
  /** How far the work of the cell is that reported last; an interrupted cell says it. */
  progress?: Progress | undefined;
  /** The folder of the notebook, where the process stands too. */
  folder: string;
  /** Whether `palimpsest run` (or `tour`) drives the kernel, which shows progress on the terminal. */
  runner: boolean;
}

const key = Symbol.for("palimpsest.host");

export function setHost(host: Host): void {
  (globalThis as Record<symbol, unknown>)[key] = host;
}

export function getHost(): Host | undefined {
  return (globalThis as Record<symbol, unknown>)[key] as Host | undefined;
}
