import assert from "node:assert/strict";
import { test } from "node:test";
import { Tokenizer as Native } from "tokenizers";
import { parse, stringify } from "../../src/vocab/index.js";
import { toy } from "./support.js";

interface Json {
  [field: string]: unknown;
  version: unknown;
  added_tokens: unknown[];
  pre_tokenizer: unknown;
  decoder: unknown;
  model: { [field: string]: unknown; vocab: Record<string, unknown>; merges: unknown[] };
}

const good = (): Json =>
  structuredClone(
    toy([
      ["a", "b"],
      ["ab", "c"],
    ]).json,
  ) as Json;
const special = (id: unknown, content: unknown): object => ({ ...(good().added_tokens[0] as object), id, content });

test("what is read is what is written", () => {
  const text = JSON.stringify(good());
  assert.deepEqual(JSON.parse(stringify(parse(text))), JSON.parse(text));
  assert.deepEqual(JSON.parse(stringify(parse(good()))), good());
  const legacy = good();
  legacy.model.merges = ["a b", "ab c"];
  assert.deepEqual((parse(legacy).json as Json).model.merges, ["a b", "ab c"]);
});

test("does not change, nor follow changes of, the object that it was given", async () => {
  const json = good();
  const tokenizer = parse(json);
  json.model.merges.length = 0;
  assert.deepEqual(await tokenizer.encode("abc"), [tokenizer.idOf("abc")]);
});

test("of a merge that is there twice the last counts, as in Hugging Face's library", async () => {
  const json = toy([
    ["a", "b"],
    ["b", "c"],
    ["a", "b"],
  ]).json;
  const tokenizer = parse(json);
  assert.deepEqual(await tokenizer.encode("abc"), [tokenizer.idOf("a"), tokenizer.idOf("bc")]);
});

test("a vocabulary's ids may have gaps", () => {
  const json = good();
  json.model.vocab["abc"] = 400;
  json.model.vocab["<|user|>"] = 500;
  json.added_tokens.push(special(500, "<|user|>"));
  const tokenizer = parse(json);
  assert.equal(tokenizer.size, 501);
  assert.equal(tokenizer.tokenOf(450), undefined);
  assert.equal(tokenizer.decode([500, 400]), "<|user|>abc");
  assert.deepEqual(tokenizer.bytesOf(500), new TextEncoder().encode("<|user|>"));
});

test("added tokens that are not in the vocabulary follow it in the file's order, whatever ids they have there", async () => {
  const json = good();
  json.added_tokens.push(special(500, "<|user|>"), special(400, "<|tool|>"));
  json["post_processor"] = {
    type: "TemplateProcessing",
    single: [{ SpecialToken: { id: "<|user|>", type_id: 0 } }, { Sequence: { id: "A", type_id: 0 } }],
    pair: [{ Sequence: { id: "A", type_id: 0 } }, { Sequence: { id: "B", type_id: 1 } }],
    special_tokens: { "<|user|>": { id: "<|user|>", ids: [500], tokens: ["<|user|>"] } },
  };
  const tokenizer = parse(json);
  const ids = await tokenizer.encode("abc<|tool|><|user|>");
  assert.deepEqual(ids, [258, 260, 259]);
  assert.deepEqual([tokenizer.idOf("<|user|>"), tokenizer.idOf("<|tool|>"), tokenizer.size], [259, 260, 261]);
  assert.equal(tokenizer.decode(ids), "abc<|tool|><|user|>");
  const library = Native.fromString(JSON.stringify(json));
  assert.deepEqual((await library.encode("abc<|tool|><|user|>", null, { addSpecialTokens: false })).getIds(), ids);
  const written = await Native.fromString(stringify(tokenizer)).encode("abc");
  assert.deepEqual(written.getIds(), [259, 258]);
});

test("a vocabulary and merges without the model's name are BPE, as in GPT-2's published file", async () => {
  const json = good();
  delete json.model["type"];
  const tokenizer = parse(json);
  assert.deepEqual(await tokenizer.encode("abc"), [258]);
  assert.equal((tokenizer.json as Json).model["type"], "BPE");
  assert.deepEqual((await Native.fromString(JSON.stringify(json)).encode("abc")).getIds(), [258]);
});

test("the end of a document: by name, by known names, or the only special", () => {
  const json = good();
  json.added_tokens.push(special(500, "<|user|>"));
  assert.equal(parse(json).endOfText, 0);
  assert.equal(parse(json, { endOfText: "<|user|>" }).endOfText, 259);
  assert.throws(
    () => parse(json, { endOfText: null }).endOfText,
    /^Error: endOfText: invalid tokenizer: none of its tokens/,
  );
  assert.throws(
    () => parse(json, { endOfText: "</s>" }),
    /^Error: parse: invalid endOfText: "<\/s>" \(not among the added tokens\)$/,
  );
  json.added_tokens[0] = special(600, "<one>");
  assert.throws(() => parse(json), /none of its 2 added tokens is known to end a document \(name it in endOfText\)$/);
  json.added_tokens.pop();
  assert.equal(parse(json).endOfText, 259);
});

const wrong: [string, (json: Json) => unknown, RegExp][] = [
  ["not JSON", () => "{", /^Error: parse: invalid tokenizer\.json: it is no JSON \(damaged or cut short; /],
  ["not an object", () => "[1]", /^Error: parse: invalid tokenizer\.json: \[1\] \(an object is expected\)$/],
  ["an unknown version", (json) => ((json.version = "2.0"), json), /^Error: parse: invalid version: "2\.0" /],
  [
    "a hundred thousand normalisers in one another",
    () => {
      const [open, close] = ['{"type":"Sequence","normalizers":[', "]}"];
      return `{"version":"1.0","normalizer":${open.repeat(1e5)}${close.repeat(1e5)}}`;
    },
    /^Error: parse: invalid tokenizer\.json: lists and objects deeper than 64 in others$/,
  ],
  [
    "an object that holds itself",
    (json) => ((json["extra"] = json), json),
    /^Error: parse: invalid tokenizer\.json: lists and objects deeper than 64 in others$/,
  ],
  ["no model", (json) => ((json["model"] = undefined as never), json), /^Error: parse: invalid model: undefined /],
  [
    "another model",
    (json) => ((json.model["type"] = "WordLevel"), json),
    /^Error: parse: invalid model\.type: "WordLevel" /,
  ],
  [
    "a vocabulary that is a list",
    (json) => ((json.model.vocab = [] as never), json),
    /^Error: parse: invalid model\.vocab: \[\] /,
  ],
  [
    "an id that is text",
    (json) => ((json.model.vocab["a"] = "1"), json),
    /^Error: parse: invalid id: "1" of token "a" /,
  ],
  ["a negative id", (json) => ((json.model.vocab["a"] = -1), json), /^Error: parse: invalid id: -1 of token "a" /],
  [
    "an id that would need terabytes",
    (json) => ((json.model.vocab["a"] = 2 ** 40), json),
    /^Error: parse: invalid id: 1099511627776 of token "a" /,
  ],
  [
    "an id given twice",
    (json) => ((json.model.vocab["abc"] = 5), json),
    /^Error: parse: invalid id: 5 is given to both "[^"]+" and "abc"$/,
  ],
  [
    "merges that are no list",
    (json) => ((json.model.merges = "ab" as never), json),
    /^Error: parse: invalid model\.merges: "ab" /,
  ],
  [
    "a merge of three",
    (json) => (json.model.merges.push(["a", "b", "c"]), json),
    /^Error: parse: invalid merge: \["a","b","c"\] at rank 2 /,
  ],
  [
    "a merge without space",
    (json) => (json.model.merges.push("ab"), json),
    /^Error: parse: invalid merge: "ab" at rank 2 /,
  ],
  [
    "a merge of numbers",
    (json) => (json.model.merges.push([1, 2]), json),
    /^Error: parse: invalid merge: \[1,2\] at rank 2 /,
  ],
  [
    "a merge whose part is missing",
    (json) => (json.model.merges.push(["zz", "a"]), json),
    /^Error: parse: invalid merge: \["zz","a"\] at rank 2 needs "zz", which is not in model\.vocab$/,
  ],
  [
    "a merge whose result is missing",
    (json) => (json.model.merges.push("b a"), json),
    /^Error: parse: invalid merge: "b a" at rank 2 needs "ba", /,
  ],
  [
    "a merge that Object.prototype knows",
    (json) => (json.model.merges.push(["constructor", "a"]), json),
    /needs "constructor", /,
  ],
  [
    "an added token of another id",
    (json) => (json.added_tokens.push(special(700, "a")), json),
    /^Error: parse: invalid added token: "a" has id 700 here and \d+ in model\.vocab$/,
  ],
  [
    "an added token on a taken id",
    (json) => (json.added_tokens.push(special(5, "<|x|>")), json),
    /^Error: parse: invalid id: 5 is given to both /,
  ],
  [
    "an added token twice",
    (json) => (json.added_tokens.push(special(0, "<|endoftext|>")), json),
    /^Error: parse: invalid added_tokens: the same content twice$/,
  ],
  [
    "an added token without content",
    (json) => (json.added_tokens.push({ id: 900 }), json),
    /^Error: parse: invalid added token: \{"id":900\} /,
  ],
  [
    "added tokens that are no list",
    (json) => ((json.added_tokens = {} as never), json),
    /^Error: parse: invalid added_tokens: \{\} /,
  ],
  [
    "a pre-tokeniser that is text",
    (json) => ((json.pre_tokenizer = "ByteLevel"), json),
    /^Error: parse: invalid pre_tokenizer: "ByteLevel" /,
  ],
  [
    "stages that are no list",
    (json) => ((json.pre_tokenizer = { type: "Sequence", pretokenizers: { type: "ByteLevel" } }), json),
    /^Error: parse: invalid pre_tokenizer\.pretokenizers: \{"type":"ByteLevel"\} \(a list of stages is expected\)$/,
  ],
  [
    "a stage in others without a type",
    (json) => ((json.decoder = { type: "Sequence", decoders: [null] }), json),
    /^Error: parse: invalid decoder\.decoders: null /,
  ],
  [
    "a pattern that is text",
    (json) => ((json.pre_tokenizer = { type: "Split", pattern: " " }), json),
    /^Error: parse: invalid pre_tokenizer\.pattern: " " /,
  ],
  [
    "an added token whose next free id is taken",
    (json) => ((json.model.vocab["zz"] = 260), json.added_tokens.push(special(700, "<|x|>")), json),
    /^Error: parse: invalid id: "<\|x\|>" is to have 700, would get 260 from Hugging Face's library, and that is taken /,
  ],
  [
    "a model without a name and without merges",
    (json) => ((json.model = { vocab: { a: 0 } } as never), json),
    /^Error: parse: invalid model\.type: undefined /,
  ],
  [
    "no family that is known",
    (json) => ((json.pre_tokenizer = { type: "Whitespace" }), json),
    /^Error: parse: invalid tokenizer: neither a ByteLevel stage nor spaces written ▁ /,
  ],
  [
    "word pieces",
    (json) => ((json.model["continuing_subword_prefix"] = "##"), json),
    /^Error: parse: invalid model\.continuing_subword_prefix: "##" /,
  ],
  [
    "random segmentation",
    (json) => ((json.model["dropout"] = 0.1), json),
    /^Error: parse: invalid model\.dropout: 0\.1 /,
  ],
];
for (const [name, spoil, message] of wrong)
  test(`refuses ${name} in one line`, () => {
    const json = spoil(good()) as object | string;
    assert.throws(() => parse(json), message);
    assert.throws(
      () => parse(json),
      ({ message: line }: Error) => !line.includes("\n") && line.length < 240,
    );
  });

test("the end of a document is what endOfText names, else the eos_token of tokenizer_config.json, else a known name", () => {
  const json = good();
  json.added_tokens.push(special(500, "<｜end▁of▁sentence｜>"), special(501, "<|user|>"));
  const end = (options: object): string | undefined => {
    const tokenizer = parse(json, options);
    return tokenizer.tokenOf(tokenizer.endOfText);
  };
  const eos = "<｜end▁of▁sentence｜>";
  assert.equal(end({}), "<|endoftext|>");
  assert.equal(end({ config: { eos_token: eos } }), eos);
  assert.equal(end({ config: { eos_token: { __type: "AddedToken", content: eos } } }), eos);
  assert.equal(end({ config: { eos_token: eos }, endOfText: "<|user|>" }), "<|user|>");
  for (const config of [{ eos_token: "<|absent|>" }, { eos_token: null }, { eos_token: 7 }, {}, [], null, "eos"])
    assert.equal(end({ config }), "<|endoftext|>");
});
