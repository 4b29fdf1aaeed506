/** What was run in this session, for a client that asks: https://jupyter-client.readthedocs.io/en/stable/messaging.html#history */
import type { Content } from "../wire.js";

/** There is one session, and nothing is kept of those before. */
const session = 1;

export interface Entry {
  /** Its execution count. */
  line: number;
  input: string;
  /** The text of its result, once there is one. */
  output?: string;
}

type Row = [session: number, line: number, input: string | [input: string, output: string | null]];

/** The reply to a history_request, of the entries so far. */
export function historyOf(entries: readonly Entry[], { content }: { content: Content }): { history: Row[] } {
  const kinds: Record<string, () => readonly Entry[]> = {
    tail: () => last(entries, content.n),
    range: () => (isThis(content.session) ? entries.filter(between(content.start, content.stop)) : []),
    search: () => {
      const pattern = globOf(String(content.pattern ?? "*"));
      const found = entries.filter(({ input }) => pattern.test(input));
      const unique =
        content.unique === true ? [...new Map(found.map((entry) => [entry.input, entry])).values()] : found;
      return last(unique, content.n);
    },
  };
  const chosen = kinds[String(content.hist_access_type)]?.() ?? [];
  const row = ({ line, input, output }: Entry): Row => [
    session,
    line,
    content.output === true ? [input, output ?? null] : input,
  ];
  return { history: chosen.map(row) };
}

const last = (entries: readonly Entry[], n: unknown): readonly Entry[] =>
  typeof n === "number" && n > 0 ? entries.slice(-n) : entries;

/** Sessions are counted back from this one, 0, or named. */
const isThis = (asked: unknown): boolean => asked === undefined || asked === null || asked === 0 || asked === session;

const between =
  (start: unknown, stop: unknown) =>
  ({ line }: Entry): boolean =>
    line >= Number(start ?? 0) && (typeof stop !== "number" || line < stop);

/** `*` and `?`, over the whole input. */
function globOf(pattern: string): RegExp {
  const escaped = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", "[^]*")
    .replaceAll("?", "[^]");
  return new RegExp(`^${escaped}$`);
}
