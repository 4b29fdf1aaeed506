/**
 * A chat template as `transformers` renders it: Jinja with trimmed blocks, `raise_exception`, `strftime_now`, and
 * `{% generation %}`, which says what of the text the model wrote. By @huggingface/jinja, which drops those tags: each becomes a character that
 * no text has, taken out again. A list or an object that a template prints without `tojson` looks otherwise than in Jinja.
 */
import { Environment, Template } from "@huggingface/jinja";
import { printable } from "../../foreign.js";
import { run } from "./interpreter.js";

/** Half-open stretches of text, in UTF-16 units. */
export type Span = [from: number, to: number];

export interface Rendered {
  text: string;
  /** What stands within the template's `generation` tags, in order. */
  spans: Span[];
}

export interface Jinja {
  /** Whether it has `generation` tags. */
  readonly tagged: boolean;
  render(variables: Readonly<Record<string, unknown>>): Rendered;
}

/** Unicode's noncharacters, which are for a program's own use and in no text that is exchanged. */
export const OPEN = "\ufdd0";
export const CLOSE = "\ufdd1";

export const UNPAIRED = "its generation tags are not in pairs";

/** Items of the longest range, as Jinja's sandbox has it. */
const longest = 100_000;

/** The longest that is known has twenty thousand. */
const mostCharacters = 1 << 20;

/** Throws one line, beginning with `caller`, where the template cannot be parsed or, later, rendered. */
export function jinja(source: string, caller: string): Jinja {
  const fault = (error: unknown): Error =>
    new Error(`${caller}: invalid template: ${saidOf(error as Error)}`, { cause: error });
  if (source.includes(OPEN) || source.includes(CLOSE)) throw fault(new Error("it has noncharacters"));
  // The package looks at every stretch of white space from each of its places.
  if (source.length > mostCharacters || /\s{4096}/.test(source)) throw fault(new Error("it is too long"));
  const tags = /\{%([-+]?)\s*(end)?generation\s*([-+]?)%\}/g;
  const tracked = source.replace(
    tags,
    // The one tag trims what is before it, the other what follows.
    (_, left: string, end: string | undefined, right: string) =>
      `{%${left} if true %}${end ? CLOSE : OPEN}{% endif ${right}%}`,
  );
  const parsed = attempt(fault, () => new Template(tracked).parsed);
  return {
    tagged: tracked !== source,
    render(variables) {
      const env = new Environment();
      for (const [name, value] of Object.entries({ ...globals, ...variables })) env.set(name, value);
      return attempt(fault, () => untracked(run(parsed, env)));
    },
  };
}

/** What the package says, in one line; where it fails of itself, that. */
function saidOf(error: Error): string {
  if (error instanceof RangeError) return "it nests too deep, or makes too long a text";
  if (error instanceof TypeError || /\[object \w+\]/.test(error.message)) return "it uses a value as what it is not";
  if (error.message.startsWith("Cannot call something")) return "it calls what is no function of the value";
  return printable(error.message.split("\n", 1)[0]!.replace(/^Cannot\b/, "it cannot"));
}

const globals: Record<string, unknown> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  raise_exception(message: unknown) {
    throw new Error(String(message));
  },
  range(...args: number[]) {
    const [start, stop, step = 1] = args.length === 1 ? [0, args[0]!] : (args as [number, number, number?]);
    const length = Math.max(0, Math.ceil((stop - start) / step));
    if (!(length <= longest)) throw new Error(`a range of over ${longest} items`);
    return Array.from({ length }, (_, i) => start + i * step);
  },
  strftime_now: (format: unknown) => strftime(new Date(), String(format)),
};

/** Local time in English, of the directives that dates are written with. */
function strftime(now: Date, format: string): string {
  const two = (number: number): string => String(number).padStart(2, "0");
  const english = (options: Intl.DateTimeFormatOptions): string => now.toLocaleDateString("en-US", options);
  const parts: Record<string, () => string> = {
    Y: () => String(now.getFullYear()),
    y: () => two(now.getFullYear() % 100),
    m: () => two(now.getMonth() + 1),
    d: () => two(now.getDate()),
    B: () => english({ month: "long" }),
    b: () => english({ month: "short" }),
    A: () => english({ weekday: "long" }),
    a: () => english({ weekday: "short" }),
    H: () => two(now.getHours()),
    I: () => two(now.getHours() % 12 || 12),
    M: () => two(now.getMinutes()),
    S: () => two(now.getSeconds()),
    p: () => (now.getHours() < 12 ? "AM" : "PM"),
    "%": () => "%",
  };
  return format.replace(/%(.)/g, (directive, letter: string) => {
    if (!Object.hasOwn(parts, letter)) throw new Error(`strftime_now of ${directive}: it is not read here`);
    return parts[letter]!();
  });
}

/** The text without the tags' characters, and where they stood. */
export function untracked(tracked: string): Rendered {
  const spans: Span[] = [];
  let text = "";
  let opened: number | undefined;
  for (const piece of tracked.split(/([\ufdd0\ufdd1])/)) {
    if (piece === OPEN && opened === undefined) opened = text.length;
    else if (piece === CLOSE && opened !== undefined) {
      spans.push([opened, text.length]);
      opened = undefined;
    } else if (piece === OPEN || piece === CLOSE) throw new Error(UNPAIRED);
    else text += piece;
  }
  if (opened !== undefined) throw new Error(UNPAIRED);
  return { text, spans };
}

function attempt<T>(fault: (error: unknown) => Error, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fault(error);
  }
}
