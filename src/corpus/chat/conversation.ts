/**
 * A conversation as a document, marked where the model is to learn. Where the template has `generation` tags they say where; where
 * not, what counts is each text of the assistant and the end of its turn: what follows it where the conversation ends with it.
 */
import { isRecord, show } from "../../foreign.js";
import type { ChatTemplate } from "./chat-template.js";
import { CLOSE, OPEN, type Rendered, UNPAIRED } from "./jinja.js";
import type { Marked } from "./marked.js";

/** As Hugging Face's libraries have it; a content may be a list of parts, and there may be other fields. */
export interface Message {
  role: string;
  content?: unknown;
  [field: string]: unknown;
}

export interface ConversationOptions {
  messages: readonly Message[];
  template: ChatTemplate;
  /** What the template is given besides, e.g. `{ enable_thinking: false }`. */
  variables?: Readonly<Record<string, unknown>>;
  /** Functions that may be called, as JSON schemas. */
  tools?: readonly unknown[];
}

/** Throws one line where the template refuses the conversation, or does not say where its answers stand. */
export function conversation(options: ConversationOptions): Marked {
  const whole = rendered(options);
  const spans = options.template.tagged ? whole.spans : answersIn(options, whole.text);
  const marks = spans.filter(([from, to]) => from < to).map(([from, to]) => ({ from, to, weight: 1 }));
  return { text: whole.text, marks };
}

/** The text, and what stands in the template's `generation` tags. */
export function rendered({ messages, template, variables, tools }: ConversationOptions): Rendered {
  if (!(messages.length > 0)) throw refuse("no messages");
  if (/[\ufdd0\ufdd1]/.test(JSON.stringify(messages))) throw refuse("a message with a noncharacter, U+FDD0 or U+FDD1");
  return renderedAs({ messages: messages.map(normal), template, variables, tools });
}

const renderedAs = ({ messages, template, variables, tools }: ConversationOptions): Rendered =>
  template.render({
    ...template.variables,
    messages,
    tools: tools ?? null,
    documents: null,
    add_generation_prompt: false,
    ...variables,
  });

const refuse = (what: string): Error => new Error(`conversation: invalid messages: ${what}`);

/** Without fields that are null; what was thought under each of the names that templates read. */
function normal(message: Message, i: number): Message {
  if (!isRecord(message) || typeof message.role !== "string")
    throw refuse(`message ${i} is ${show(message)} (an object with a role and a content)`);
  const own = Object.fromEntries(Object.entries(message).filter(([, value]) => value !== null)) as Message;
  if (
    ["content", "tool_calls", "reasoning_content", "thinking", "reasoning"].every((field) => own[field] === undefined)
  )
    throw refuse(`message ${i}, of the ${own.role}, has no content`);
  const thought = own.reasoning_content ?? own.thinking ?? own.reasoning;
  return thought === undefined ? own : { thinking: thought, ...own, reasoning_content: thought };
}

/** Where the assistant's texts stand, each to the end of its turn: what follows it at the end of a conversation as in the middle. */
function answersIn(options: ConversationOptions, text: string): Rendered["spans"] {
  const messages = options.messages.map(normal);
  const answers = [...messages.keys()].filter((i) => messages[i]!.role === "assistant");
  const bracketed = messages.map((message, i) => (answers.includes(i) ? inBrackets(message, i) : message));
  const rendering = (of: readonly Message[], count: number): Rendered => {
    let found: Rendered | undefined;
    try {
      found = renderedAs({ ...options, messages: of });
    } catch (error) {
      if (!(error as Error).message.includes(UNPAIRED)) throw error;
    }
    if (found?.spans.length !== count) throw unclear("the template takes apart what the assistant says");
    return found;
  };
  const next = messages.find(({ role }) => role === "user") ?? { role: "user", content: "." };
  const whole = rendering(bracketed, answers.length);
  if (whole.text !== text) throw unclear("the template changes what the assistant says");
  return answers.map((at, k) => {
    const turns = bracketed.slice(0, at + 1);
    const isLast = at === messages.length - 1;
    const alone = isLast ? whole : rendering(turns, k + 1);
    const within = isLast ? rendering([...turns, next], k + 1) : whole;
    const [from, to] = whole.spans[k]!;
    const after = alone.text.slice(alone.spans[k]![1]);
    const end = after.trimEnd() || after;
    if (!within.text.startsWith(end, within.spans[k]![1]))
      throw unclear(`the turn of message ${at} ends otherwise in the middle of a conversation than at its end`);
    if (end === "" && !isLast) throw unclear(`nothing ends the turn of message ${at}`);
    return [from, to + end.length];
  });
}

const unclear = (why: string): Error =>
  new Error(
    `conversation: invalid template: ${why}, so where answers stand is not known (put {% generation %} tags around them)`,
  );

/** The message with what it says between the characters that `generation` tags become. White space at its ends, which templates trim, stays outside. */
function inBrackets(message: Message, i: number): Message {
  const { content } = message;
  if (typeof content === "string") return { ...message, content: between(content, OPEN, CLOSE) };
  const parts: unknown[] = Array.isArray(content) ? content : [];
  const texts = parts.flatMap((part, k) => (isRecord(part) && typeof part.text === "string" ? [k] : []));
  if (texts.length === 0) throw unclear(`message ${i} of the assistant has no text`);
  const part = (k: number, each: unknown): unknown =>
    texts.includes(k)
      ? {
          ...(each as object),
          text: between((each as { text: string }).text, k === texts[0] ? OPEN : "", k === texts.at(-1) ? CLOSE : ""),
        }
      : each;
  return { ...message, content: parts.map((each, k) => part(k, each)) };
}

function between(text: string, open: string, close: string): string {
  const core = text.trim();
  const at = text.indexOf(core);
  return `${text.slice(0, at)}${open}${core}${close}${text.slice(at + core.length)}`;
}
