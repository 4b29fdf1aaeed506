/** Conversations, of which the assistant's texts count: in Hugging Face's shape, ShareGPT's and Alpaca's. */
import * as z from "zod";
import { isRecord, show } from "../../foreign.js";
import { made } from "../../registry.js";
import { chatTemplate } from "../chat/chat-template.js";
import { conversation, type Message } from "../chat/conversation.js";
import { chatTemplates, type ChatTemplateName } from "../chat/templates.js";
import type { Row } from "../sources/rows.js";
import { type Form, textIn } from "./types.js";

export interface ChatOptions {
  /** A row of `chatTemplates`; defaults to "chatml". */
  template?: ChatTemplateName;
  /** Or a model's folder with a template, or a .jinja file. */
  from?: string;
  /** Which of a folder's named templates; defaults to "default". */
  named?: string;
  /** What the template is given besides, e.g. `{ "enable_thinking": false }`. */
  variables?: Readonly<Record<string, string | number | boolean>>;
}

export const chatOptions = {
  template: z.enum(Object.keys(chatTemplates) as [ChatTemplateName]).optional(),
  from: z.string().min(1).optional(),
  named: z.string().min(1).optional(),
  variables: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
};

export interface MessagesOptions extends ChatOptions {
  /** With the list of messages. */
  field?: string;
}

interface Kind {
  name: string;
  options: ChatOptions & { field?: string };
  fields: readonly string[];
  messages(row: Row, where: string): Message[];
}

function chat({ name, options, fields, messages }: Kind): Form {
  const { template, from, named, variables } = options;
  if (template !== undefined && from !== undefined)
    throw new Error(`${name}: invalid template: ${template} (not together with from)`);
  const own = chatTemplate(from === undefined ? { name: template ?? "chatml" } : { path: from, named });
  return made({
    name,
    options: { ...options },
    fields,
    documents(row, { where }) {
      const said = messages(row, where);
      try {
        const tools = Array.isArray(row.tools) ? (row.tools as unknown[]) : undefined;
        return [conversation({ messages: said, template: own, variables, tools })];
      } catch (error) {
        throw new Error(`load: ${where}: ${(error as Error).message}`, { cause: error });
      }
    },
  });
}

/** `{"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}` */
export const messages = ({ field = "messages", ...options }: MessagesOptions = {}): Form =>
  chat({
    name: "messages",
    options: { field, ...options },
    fields: [field, "tools"],
    messages: (row, where) => listIn(row, field, where) as Message[],
  });

/** `{"conversations": [{"from": "human", "value": "…"}, {"from": "gpt", "value": "…"}]}` */
export const sharegpt = ({ field = "conversations", ...options }: MessagesOptions = {}): Form =>
  chat({
    name: "sharegpt",
    options: { field, ...options },
    fields: [field],
    messages: (row, where) =>
      listIn(row, field, where).map((each, i) => {
        const { from, value } = (isRecord(each) ? each : {}) as { from?: unknown; value?: unknown };
        const role = typeof from === "string" && Object.hasOwn(roles, from) ? roles[from] : undefined;
        if (role === undefined || typeof value !== "string")
          throw new Error(
            `load: invalid field ${JSON.stringify(field)} in ${where}: message ${i} is ${show(each)} ("from" one of ${Object.keys(roles).join(", ")}, and a "value")`,
          );
        return { role, content: value };
      }),
  });

const roles: Record<string, string> = {
  human: "user",
  user: "user",
  gpt: "assistant",
  chatgpt: "assistant",
  assistant: "assistant",
  system: "system",
  observation: "tool",
  tool: "tool",
};

/** `{"instruction": "…", "input": "…", "output": "…"}`, the input after an empty line where there is one. */
export const alpaca = (options: ChatOptions = {}): Form =>
  chat({
    name: "alpaca",
    options,
    fields: ["instruction", "input", "output", "system"],
    messages(row, where) {
      const [asked, input] = [textIn(row, "instruction", where), textIn(row, "input", where, "")];
      const system = textIn(row, "system", where, "");
      return [
        ...(system === "" ? [] : [{ role: "system", content: system }]),
        { role: "user", content: input === "" ? asked : `${asked}\n\n${input}` },
        { role: "assistant", content: textIn(row, "output", where) },
      ];
    },
  });

function listIn(row: Row, field: string, where: string): unknown[] {
  const value = row[field];
  if (Array.isArray(value) && value.length > 0) return value as unknown[];
  throw new Error(`load: invalid field ${JSON.stringify(field)} in ${where}: ${show(value)} (a list of messages)`);
}
