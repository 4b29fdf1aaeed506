/** `palimpsest lab` and the server it starts end together. The server here is a stand-in for `jupyter` that needs no Python. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { temporaryFolder } from "../fixture.js";

const standIn = `#!${process.execPath}
const port = process.argv.find((each) => each.startsWith("--port="));
if (port === undefined) console.log("4.6.6");
else require("node:http").createServer((_, answer) => answer.end("{}")).listen(Number(port.slice(7)), "127.0.0.1");
`;

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

const posix = process.platform === "win32" ? "Windows has no such signals" : false;
for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) {
  test(`${signal} to palimpsest lab ends the server too`, { skip: posix, timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "jupyter"), standIn, { mode: 0o755 });
    const lab = spawn(process.execPath, [resolve(__dirname, "../../../dist/cli/main.js"), "lab", "--no-browser"], {
      cwd: folder,
      env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = new Promise<number | null>((done) => lab.on("close", done));
    const said = String((await lab.stdout.take(1).toArray())[0]);
    const url = /http:\S+/.exec(said)?.[0] ?? "";
    assert.ok(await answers(url), said);
    lab.kill(signal);
    assert.equal(await ended, 0);
    while (await answers(url)) await sleep(100);
  });
}
