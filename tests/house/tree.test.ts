/** The tree keeps its habits: small files that say what they are, tests for every room, one lockfile, nothing of one machine. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, posix } from "node:path";
import { test } from "node:test";
import type { Command } from "commander";
import { commandLine } from "../../src/cli/main.js";
import { fenced } from "./cells.js";
import { rooms } from "./rooms.js";
import { projectFiles, read, root } from "./sources.js";

const files = projectFiles();
const sources = files.filter((path) => /^src\/.*\.(ts|cjs)$/.test(path));
const manifest = JSON.parse(read("package.json")) as { version: string; scripts: Record<string, string> };
const readable = files.filter((path) => !/\.(png|gz|parquet|safetensors|npz|bin|zip|woff2?)$/.test(path));

test("a source is at most 400 lines and opens by saying what it is", () => {
  const long = sources.filter((path) => read(path).split("\n").length > 400);
  assert.deepEqual(long, []);
  const silent = sources.filter((path) => !/^(#![^\n]*\n)?(\/\*\*|\/\/)/.test(read(path)));
  assert.deepEqual(silent, []);
});

test("every room with sources has tests of its own", () => {
  const built = rooms.filter((room) => sources.some((path) => path.startsWith(`src/${room}/`)));
  const untested = built.filter(
    (room) => !files.some((path) => path.startsWith(`tests/${room}/`) && /\.test\.ts$/.test(path)),
  );
  assert.deepEqual(untested, []);
});

test("an index is a table of contents: it re-exports, and at most groups names", () => {
  const indexes = sources.filter((path) => /^src\/([^/]+\/)?index\.ts$/.test(path));
  const bare = (text: string): string => text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*/g, "");
  const contents = /^\s*$|^\s*(export|import)\s[^=(]*\sfrom\s"[^"]+"\s*$|^\s*export const \w+ = \{[\w\s,]*\}\s*$/;
  const busy = indexes.filter(
    (path) =>
      !bare(read(path))
        .split(";")
        .every((statement) => contents.test(statement)),
  );
  assert.deepEqual(busy, []);
});

test("one lockfile, which names packages and hashes and no address", () => {
  const locks = files.filter((path) =>
    /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?)$/.test(path),
  );
  assert.deepEqual(locks, ["package-lock.json"]);
  const { packages } = JSON.parse(read("package-lock.json")) as { packages: Record<string, { resolved?: string }> };
  assert.deepEqual(
    Object.keys(packages).filter((name) => packages[name]?.resolved !== undefined),
    [],
  );
});

test("no file names a package registry's host, a home folder or the place of this clone", () => {
  const hosts = [
    ["npmjs", "org"],
    ["npmjs", "com"],
    ["npmmirror", "com"],
    ["yarnpkg", "com"],
    ["pypi", "org"],
    ["pythonhosted", "org"],
  ];
  const banned = [
    ...hosts.map((parts) => parts.join(".")),
    ...[root, homedir()].filter((path) => path.split("/").length > 2),
  ];
  const home = /(?<![\w.~-])\/(?:home|Users)\/[\w.-]+\/|(?<![\w.~/-])\/root\/[\w.]/;
  const named = readable.flatMap((path) => {
    const text = read(path);
    return [...banned.filter((word) => text.includes(word)), home.exec(text)?.[0]].flatMap((word) =>
      word ? [`${path}: ${word}`] : [],
    );
  });
  assert.deepEqual(named, []);
});

test("no line is kept from the formatter", () => {
  const mark = ["prettier", "ignore"].join("-");
  assert.deepEqual(
    files.filter((path) => /\.(ts|cjs)$/.test(path) && read(path).includes(mark)),
    [],
  );
});

test("the README's links lead somewhere", () => {
  const pages = files.filter((path) => path.endsWith(".md"));
  const dead = pages.flatMap((page) => {
    const text = read(page);
    const links = [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g), ...text.matchAll(/<img[^>]+src="([^"]+)"/g)];
    return links
      .map((link) => link[1] ?? "")
      .filter((link) => !/^[a-z]+:/.test(link) && !existsSync(join(root, posix.dirname(page), link)))
      .map((link) => `${page}: ${link}`);
  });
  assert.deepEqual(dead, []);
});

/** What is wrong with one command line of a document, or nothing. */
function commandFault(line: string, all: Command): string | undefined {
  const [program, ...words] = line
    .replace(/(^|\s)#.*$/, "")
    .trim()
    .split(/\s+/);
  if (program === "npm") {
    const script = words[0] === "run" ? words[1] : ["start", "test"].includes(words[0] ?? "") ? words[0] : undefined;
    return script === undefined || script in manifest.scripts ? undefined : `no script ${script}`;
  }
  const rest =
    program === "npx" && words[0] === "palimpsest" ? words.slice(1) : program === "palimpsest" ? words : undefined;
  if (!rest || rest.length === 0) return undefined;
  let at = all;
  while (rest[0] !== undefined && at.commands.length > 0) {
    const next = at.commands.find((each) => each.name() === rest[0]);
    // A verb of verbs may take an argument of its own.
    if (!next && at.registeredArguments.length > 0) break;
    if (!next) return rest[0].startsWith("-") ? undefined : `no verb ${rest[0]}`;
    at = next;
    rest.shift();
  }
  const unknown = rest.filter(
    (word) => word.startsWith("--") && !["--help", ...at.options.map(({ long }) => long)].includes(word.split("=")[0]!),
  );
  return unknown.length > 0 ? `${at.name()} has no ${unknown.join(", ")}` : undefined;
}

test("the commands of the README, environment.md, CONTRIBUTING and the guides exist", async () => {
  const all = await commandLine();
  const pages = files.filter((path) => path.endsWith(".md") && !path.startsWith("notebooks/study/"));
  const lines = pages.flatMap((page) => fenced(read(page), "sh").flatMap((block) => block.split("\n")));
  assert.ok(lines.some((line) => line.startsWith("npm start")) && lines.some((line) => line.startsWith("npm test")));
  const faults = lines.flatMap((line) => {
    const why = commandFault(line, all);
    return why ? [`${line}: ${why}`] : [];
  });
  assert.deepEqual(faults, []);
});

test("the README's table names every command there is, and no other", async () => {
  // In a cell `corpus list`, `show` are two commands of one verb.
  const told = [...read("README.md").matchAll(/^\| (`[a-z][^|]*`) +\|/gm)].flatMap(([, cell = ""]) => {
    let verb = "";
    return [...cell.matchAll(/`([a-z ]+)`/g)].map(([, words = ""]) => {
      const [first = "", second] = words.split(" ");
      if (second === undefined) return verb === "" || verb === first ? first : `${verb} ${first}`;
      verb = first;
      return words;
    });
  });
  const { commands } = await commandLine();
  const there = commands.flatMap((verb) => [
    ...(verb.commands.length === 0 || verb.registeredArguments.length > 0 ? [verb.name()] : []),
    ...verb.commands.map((each) => `${verb.name()} ${each.name()}`),
  ]);
  assert.deepEqual(told.sort(), there.sort());
});

test("the reader of commands sees what it is for", async () => {
  const all = await commandLine();
  const faults = {
    "npm run nothing": "no script nothing",
    "npx palimpsest nothing": "no verb nothing",
    "npx palimpsest kernel install --nothing": "install has no --nothing",
    "npx palimpsest run notebooks/00-tour.ipynb --out out/run  # a comment --nothing": undefined,
  };
  for (const [line, fault] of Object.entries(faults)) assert.equal(commandFault(line, all), fault);
});

test("the changelog knows this version", () => {
  assert.match(read("CHANGELOG.md"), new RegExp(`^## ${manifest.version.replaceAll(".", "\\.")}\\b`, "m"));
});
