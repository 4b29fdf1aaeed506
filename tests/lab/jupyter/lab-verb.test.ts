/** `palimpsest lab` and the server it starts end together. The server here is a stand-in for `jupyter` that needs no Python. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { delimiter, join, resolve } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Jupyter } from "../../../src/lab/jupyter/jupyter.js";
import { startJupyterLab } from "../../../src/lab/jupyter/jupyter-lab.js";
import { temporaryFolder } from "../fixture.js";

/** Answers, but where `refuses` names no file yet: it writes its port there, and says what Jupyter says of one that is taken. */
const standIn = (refuses = process.execPath): string => `#!${process.execPath}
const { existsSync, writeFileSync } = require("node:fs");
const port = process.argv.find((each) => each.startsWith("--port="))?.slice(7);
if (port === undefined) console.log("4.6.6");
else if (existsSync("${refuses}"))
  require("node:http").createServer((_, answer) => answer.end("{}")).listen(Number(port), "127.0.0.1");
else {
  writeFileSync("${refuses}", port);
  console.error("ERROR: the Jupyter server could not be started because port " + port + " is not available.");
  process.exitCode = 1;
}
`;

async function answers(url: string): Promise<boolean> {
  return fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

const posix = process.platform === "win32" ? "Windows has no such signals" : false;
for (const signal of ["SIGTERM", "SIGHUP", "SIGINT"] as const) {
  test(`${signal} to palimpsest lab ends the server too`, { skip: posix, timeout: 120_000 }, async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "jupyter"), standIn(), { mode: 0o755 });
    const words = ["lab", "--no-browser", "--port", String(await freePort())];
    const lab = spawn(process.execPath, [resolve(__dirname, "../../../dist/cli/main.js"), ...words], {
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

test("a port that somebody took since it was found free is passed over", { skip: posix }, async () => {
  const folder = temporaryFolder();
  const [command, taken] = [join(folder, "jupyter"), join(folder, "taken")];
  writeFileSync(command, standIn(taken), { mode: 0o755 });
  const { url, stop, ended } = await startJupyterLab({ jupyter: { command } as Jupyter, folder, overlay: folder });
  assert.ok(Number(new URL(url).port) > Number(readFileSync(taken, "utf8")));
  stop();
  await ended;
});
