/** Runs command lines one after another: a JSON list of lists of arguments in, a list of { status, stdout, stderr } out. */
"use strict";
const { text } = require("node:stream/consumers");
const { main } = require("../../dist/cli/main.js");

async function ran(args) {
  const said = { stdout: "", stderr: "" };
  const kept = Object.keys(said).map((name) => [name, process[name].write]);
  for (const [name] of kept)
    process[name].write = (part) => {
      said[name] += part;
      return true;
    };
  process.exitCode = 0;
  try {
    await main(["node", "palimpsest", ...args]);
    return { status: process.exitCode, ...said };
  } finally {
    for (const [name, write] of kept) process[name].write = write;
    process.exitCode = 0;
  }
}

text(process.stdin).then(async (given) => {
  const all = [];
  for (const args of JSON.parse(given)) all.push(await ran(args));
  process.stdout.write(JSON.stringify(all));
});
