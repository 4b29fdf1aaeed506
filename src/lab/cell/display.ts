/**
 * Sending a MIME bundle to the notebook front end, from code that a cell runs. In our kernel through its host; in a stock
 * tslab through the one door it has; in a plain Node process there is no front end, and the plain text is printed.
 */
import { getHost, type DisplayContent, type DisplaySender } from "./host.js";

/** MIME types and their content: strings for text types, plain objects for JSON types. */
export type Bundle = Record<string, unknown>;

/** The sender of the running cell; it goes on working after the cell has ended. */
export function displaySender(): DisplaySender {
  return getHost()?.sender() ?? tslabSender() ?? printSender;
}

/** tslab has no public way to send more than one MIME type; its own `display` object uses this one. */
function tslabSender(): DisplaySender | undefined {
  const loaded = Object.values(require.cache).find((each) =>
    /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(each?.filename ?? ""),
  );
  return (loaded?.exports as { lastWriteDisplayData?: DisplaySender } | undefined)?.lastWriteDisplayData ?? undefined;
}

const printSender: DisplaySender = ({ data }: DisplayContent, update: boolean): void => {
  const text = data["text/plain"];
  if (!update && typeof text === "string") process.stdout.write(`${text}\n`);
};
