/** Numbers as they stand on a command line: what is none is bad arguments. */
import { BadArguments } from "./work.js";

export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!(text.trim() !== "" && Number.isSafeInteger(value) && value >= least))
    throw new BadArguments(`invalid ${option}: ${text}; a whole number, at least ${least}`);
  return value;
}

export function numberFrom(option: string, text: string, least: number): number {
  const value = Number(text);
  if (!(text.trim() !== "" && value >= least && value < Infinity))
    throw new BadArguments(`invalid ${option}: ${text}; a number, at least ${least}`);
  return value;
}
