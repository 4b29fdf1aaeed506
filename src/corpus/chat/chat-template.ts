/**
 * The template of a chat: one of `chatTemplates`, or that of a model's folder. There it is chat_template.jinja, a named one in
 * additional_chat_templates, or in tokenizer_config.json a text or a list of named ones; special tokens are its variables.
 */
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { foreignJson, isRecord } from "../../foreign.js";
import { readText } from "../../json-file.js";
import { jinja, type Jinja } from "./jinja.js";
import { chatTemplates, type ChatTemplateName } from "./templates.js";

export interface ChatTemplate extends Jinja {
  /** What it renders besides messages: `bos_token`, `eos_token` and so on. */
  readonly variables: Readonly<Record<string, string>>;
}

export interface ChatTemplateOptions {
  /** A row of `chatTemplates`. */
  name?: ChatTemplateName;
  /** Or a model's folder, or a .jinja file, beside whose folder's tokenizer_config.json it stands. */
  path?: string;
  /** Or a folder's files by name, as a model keeps them in `origin.files`. */
  files?: Readonly<Record<string, Uint8Array>>;
  /** Which of a folder's named templates; defaults to "default". */
  named?: string;
}

const tokens = ["bos", "eos", "unk", "sep", "pad", "cls", "mask"].map((name) => `${name}_token`);

/** Bytes; the longest that is known has 20 thousand. */
const largest = 1 << 24;

/** Throws one line that names the file. */
export function chatTemplate({ name, path, files, named }: ChatTemplateOptions): ChatTemplate {
  if ([name, path, files].filter((each) => each !== undefined).length !== 1)
    throw new Error("chatTemplate: invalid options: give one of name, path and files");
  if (name !== undefined) {
    if (!Object.hasOwn(chatTemplates, name))
      throw new Error(`chatTemplate: invalid name: ${name} (one of ${Object.keys(chatTemplates).join(", ")})`);
    return { ...jinja(chatTemplates[name].source, "chatTemplate"), variables: {} };
  }
  const caller = `chatTemplate of ${path ?? "a model"}`;
  const isFile = path !== undefined && statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const folder = isFile ? dirname(path) : path;
  const read = (file: string): string | undefined => {
    if (files) return Object.hasOwn(files, file) ? new TextDecoder().decode(files[file]) : undefined;
    const full = join(folder!, file);
    return existsSync(full) ? readText(full, caller, largest) : undefined;
  };
  const config = objectIn(read("tokenizer_config.json"), `${caller}: invalid tokenizer_config.json`);
  const source = isFile ? readText(path, caller, largest) : sourceIn({ read, config, named, caller });
  const map = objectIn(read("special_tokens_map.json"), `${caller}: invalid special_tokens_map.json`);
  return { ...jinja(source, caller), variables: tokensIn(config, map) };
}

interface Folder {
  read: (file: string) => string | undefined;
  config: Record<string, unknown>;
  named?: string | undefined;
  caller: string;
}

function sourceIn({ read, config: { chat_template: given }, named, caller }: Folder): string {
  const own =
    named === undefined || named === "default"
      ? read("chat_template.jinja")
      : read(`additional_chat_templates/${named}.jinja`);
  if (own !== undefined) return own;
  const templates = new Map<unknown, unknown>(
    typeof given === "string"
      ? [["default", given]]
      : Array.isArray(given)
        ? given.map((each: unknown) => (isRecord(each) ? [each.name, each.template] : []) as [unknown, unknown])
        : Object.entries(isRecord(given) ? given : {}),
  );
  const found =
    templates.get(named ?? "default") ??
    (named === undefined && templates.size === 1 ? [...templates.values()][0] : undefined);
  if (typeof found === "string") return found;
  const names = [...templates.keys()].filter((name) => typeof name === "string");
  throw new Error(
    `${caller}: invalid template: ${named ?? "none"} (${names.length > 0 ? `it has ${names.join(", ")}` : "it has none; name one of chatTemplates"})`,
  );
}

function objectIn(text: string | undefined, fault: string): Record<string, unknown> {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = foreignJson(text);
  } catch (error) {
    throw new Error(`${fault}: ${(error as Error).message.split("\n", 1)[0]}`, { cause: error });
  }
  if (!isRecord(value)) throw new Error(`${fault}: it is not an object`);
  return value;
}

/** A token is its text, or an object with it. */
function tokensIn(...files: Record<string, unknown>[]): Record<string, string> {
  const found: Record<string, string> = {};
  for (const file of files)
    for (const token of tokens) {
      const given = isRecord(file[token]) ? file[token].content : file[token];
      if (typeof given === "string") found[token] ??= given;
    }
  return found;
}
