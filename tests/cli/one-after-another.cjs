/**
 * Runs command lines one after another in this process: a JSON list of lists of arguments on stdin, a list of { status, stdout,
 * stderr } out; or, of a process that was forked, each message of { args, env } as it comes.
 */
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

async function all(lines) {
  const said = [];
  for (const args of lines) said.push(await ran(args));
  process.stdout.write(JSON.stringify(said));
}

if (process.send)
  process.on("message", async ({ args, env }) => {
    for (const name of Object.keys(process.env)) if (!(name in env)) delete process.env[name];
    Object.assign(process.env, env);
    process.send(await ran(args));
  });
else text(process.stdin).then((given) => all(JSON.parse(given)));
