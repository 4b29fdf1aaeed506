import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { installLabextension } from "../../../src/lab/jupyter/lab-extension.js";
import { temporaryFolder } from "../fixture.js";

interface Module {
  init(scope: object): void;
  get(name: string): Promise<() => { default: [{ id: string; rendererFactory?: { mimeTypes: string[] } }] }>;
}

test("the extension is one script that gives a page its two plugins", async () => {
  const folder = temporaryFolder();
  installLabextension(folder);
  const written = join(folder, "labextensions", "palimpsest");
  const { jupyterlab } = JSON.parse(readFileSync(join(written, "package.json"), "utf8")) as {
    jupyterlab: { _build: Record<string, string> };
  };
  const { load, extension, mimeExtension } = jupyterlab._build;
  const page: { _JUPYTERLAB?: { palimpsest: Module }; document: object } = {
    document: {
      currentScript: { src: "http://here/static/remoteEntry.js" },
      head: { append() {} },
      createElement: () => ({}),
    },
  };
  runInNewContext(readFileSync(join(written, load!), "utf8"), page);
  const module = page._JUPYTERLAB!.palimpsest;
  await assert.rejects(module.get(mimeExtension!), /^Error: palimpsest: this page shares no @lumino\/widgets$/);
  const shared = (what: object): object => ({ "1.0.0": { get: async () => () => what } });
  module.init({ "@lumino/widgets": shared({ Widget: class {} }), "@jupyterlab/notebook": shared({}) });
  const [figures] = (await module.get(mimeExtension!))().default;
  assert.deepEqual([...figures.rendererFactory!.mimeTypes], ["application/vnd.plotly.v1+json"]);
  assert.equal((await module.get(extension!))().default[0].id, "palimpsest:outputs-so-far");
});
