/** A text to translate and then its translation, marked by a tag or asked for in words. */
import { made } from "../../registry.js";
import { checkDirection, directed, type Direction, type Rendered, type Rendering, type Side } from "./types.js";

export interface TaggedOptions {
  /** In front of the source; `{from}` and `{to}` are the languages. Empty, there is none. Defaults to "<2{to}> ". */
  source?: string;
  /** In front of the target; defaults to none. */
  target?: string;
  /** Between the two; defaults to a line's end. */
  separator?: string;
  /** Defaults to "forward". */
  direction?: Direction;
  /** What counts under the objective `answers`; defaults to "all". */
  loss?: "all" | "target";
}

/** Source and target with tags (Kondo et al. 2024, https://arxiv.org/abs/2407.03145, where one on the source is best). */
export function tagged(options: TaggedOptions = {}): Rendering {
  const { source = "<2{to}> ", target = "", separator = "\n", direction = "forward", loss = "all" } = options;
  checkDirection("tagged", direction);
  if (loss !== "all" && loss !== "target")
    throw new Error(`tagged: invalid loss: ${String(loss)} (one of all, target)`);
  return made({
    name: "tagged",
    options: { source, target, separator, direction, loss },
    open:
      () =>
      (pair, { rng }) => {
        const [from, to] = directed(pair, direction, rng);
        const tags = [source, target].map((tag) => filled(tag, { from: from.language, to: to.language }));
        const before = tags[0]! + from.text + separator + tags[1]!;
        return [loss === "all" ? { text: before + to.text } : learned(before, to.text)];
      },
  });
}

export interface TranslateTrainOptions {
  /** Instructions, with `{source}`, and `{target}` at the end; `{from}` and `{to}` are the languages' names in English. Each pair draws one. */
  templates?: readonly string[];
  /** That of the held-out part: what was learned of one wording says little of another. */
  heldOut?: string;
  /** Defaults to "forward". */
  direction?: Direction;
}

const usual = [
  "Translate from {from} to {to}.\n{source}\n{target}",
  "{from}: {source}\n{to}: {target}",
  "{source}\n\nThe same in {to}:\n{target}",
];

/** An instruction to translate, of which the translation alone counts under the objective `answers`. */
export function translateTrain(options: TranslateTrainOptions = {}): Rendering {
  const {
    templates = usual,
    heldOut = "How is this said in {to}?\n{source}\n{target}",
    direction = "forward",
  } = options;
  checkDirection("translateTrain", direction);
  if (templates.length === 0) throw new Error("translateTrain: invalid templates: none");
  for (const template of [...templates, heldOut])
    if (template.split("{source}").length !== 2 || template.indexOf("{target}") !== template.length - 8)
      throw new Error(
        `translateTrain: invalid template: ${JSON.stringify(template)} ({source} in it once, {target} at its end alone)`,
      );
  return made({
    name: "translate-train",
    options: { templates, heldOut, direction },
    open:
      () =>
      (pair, { rng, part }) => {
        const [from, to] = directed(pair, direction, rng);
        const template = part === "heldOut" ? heldOut : templates[rng.fork("template").int(templates.length)]!;
        const asked = filled(template.slice(0, -8), { source: from.text, from: nameOf(from), to: nameOf(to) });
        return [learned(asked, to.text)];
      },
  });
}

/** A document of which what stands after `before` counts. */
export const learned = (before: string, text: string): Rendered => ({
  text: before + text,
  marks: text === "" ? [] : [{ from: before.length, to: before.length + text.length, weight: 1 }],
});

const filled = (template: string, values: Record<string, string>): string =>
  template.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);

const names = new Intl.DisplayNames("en", { type: "language" });

/** The code itself where it is none that Unicode knows. */
function nameOf({ language }: Side): string {
  try {
    return names.of(language) ?? language;
  } catch {
    return language;
  }
}
