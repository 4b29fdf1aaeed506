/**
 * What every registry of the lab's methods has in common. A row says what it is, where it comes from, which options it
 * takes, and makes the thing; a thing that was made says its row's name and its options, as JSON. Recipes, their schema, a
 * run's identity and lists are derived from that, so a method is added with one file, one row and one test.
 */
import * as z from "zod";

/** JSON, as options are written down. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };
export type Options = Readonly<Record<string, Json | undefined>>;

/** A thing that can say what it is. */
export interface Made {
  /** Its row in the registry, or a name of the user's own. */
  readonly name: string;
  /** Everything that decides what it does, defaults filled in. */
  readonly options: Options;
}

export interface Row<Given extends object, Thing extends Made> {
  /** What it does, in one line. */
  readonly summary: string;
  readonly reference: string;
  /** Shape of the options, field by field; what fields must agree on, `make` checks. */
  readonly options: z.ZodObject;
  /** Options that work, as a recipe writes them. */
  readonly example: Given;
  make(options: Given): Thing;
  /** Options that are paths, or lists of them, relative to the recipe's own folder. */
  readonly paths?: readonly string[];
  /** Options that are things of another registry, as a recipe writes them, and that registry. */
  readonly of?: Readonly<Record<string, Registry<Made>>>;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each row of a registry takes options of its own kind
export type Registry<Thing extends Made> = Readonly<Record<string, Row<any, Thing>>>;

/** As a recipe writes it: the row's name beside its options. */
export type Written = { readonly name: string } & Options;

/** A row's name, as completion offers them; any other text is refused when it is read, with the name that was meant. */
export type NameIn<Rows> = Extract<keyof Rows, string> | (string & Record<never, never>);

/** The same as `Written`, for a registry whose names completion knows. */
export type WrittenIn<Rows> = { readonly name: NameIn<Rows> } & Options;

const byRow = new WeakSet<object>();

/** Marks what a row's `make` returns: its name and options say all that it does, if those that it is made `of` do. */
export function made<Thing extends Made>(thing: Thing, ...of: object[]): Thing {
  if (of.every(isMade)) byRow.add(thing);
  return thing;
}

/** Whether a row made it. A thing of the user's may carry any name and options, and do something else. */
export const isMade = (thing: object): boolean => byRow.has(thing);

/** The schema of what a recipe may write for one thing of this registry. */
export function schemaOf(registry: Registry<Made>): z.ZodType<Written> {
  const [first, ...rest] = Object.entries(registry).map(([name, { options }]) =>
    options.extend({ name: z.literal(name) }).strict(),
  );
  const error = `expected a name, one of ${Object.keys(registry).join(", ")}, and its options`;
  return z.discriminatedUnion("name", [first!, ...rest], { error }) as unknown as z.ZodType<Written>;
}

/** The thing that a recipe writes as its name beside its options. */
export function makeOf<Thing extends Made>(registry: Registry<Thing>, { name, ...options }: Written): Thing {
  if (!Object.hasOwn(registry, name))
    throw new Error(`recipe: invalid name: ${name} (one of ${Object.keys(registry).join(", ")})`);
  return registry[name]!.make(options);
}

/** The same thing with every path in it replaced, in what it is made of too. */
export function mapWritten(registry: Registry<Made>, written: Written, map: (path: string) => string): Written {
  const { paths = [], of = {} } = registry[written.name] ?? {};
  const mapped: Record<string, Json | undefined> = {};
  for (const field of paths) {
    const given = written[field] as string | string[] | undefined;
    if (given !== undefined) mapped[field] = typeof given === "string" ? map(given) : given.map(map);
  }
  for (const [field, rows] of Object.entries(of))
    if (written[field] !== undefined) mapped[field] = mapWritten(rows, written[field] as Written, map);
  return { ...written, ...mapped } as Written;
}

/** A thing as a recipe writes it, and not a short form of it. */
export const isWritten = (given: object): given is Written => typeof (given as Partial<Written>).name === "string";

export const write = ({ name, options }: Made): Written => ({ name, ...options });
