/** Readers of the notebook side: notebooks, parameters, what Jupyter sends and installs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readConnectionFile } from "../../../src/lab/kernel/connection-file.js";
import { installedKernel } from "../../../src/lab/jupyter/kernelspec.js";
import { parseNotebook, writeNotebook } from "../../../src/lab/notebook/notebook.js";
import { parametersOf } from "../../../src/lab/notebook/parameters-cell.js";
import { params } from "../../../src/lab/cell/params.js";
import { readSetting, splitSetting } from "../../../src/lab/notebook/setting-text.js";
import { decodeMessage, encodeMessage } from "../../../src/lab/wire.js";
import type { Target } from "../types.js";
import { json, utf8 } from "./files.js";

const notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: {
    kernelspec: { name: "palimpsest", display_name: "TypeScript", language: "typescript" },
    language_info: { name: "typescript" },
  },
  cells: [
    {
      cell_type: "markdown",
      id: "a",
      metadata: {},
      source: ["# A title\n", "text"],
      attachments: { "a.png": { "image/png": "AA==" } },
    },
    {
      cell_type: "code",
      id: "b",
      metadata: { tags: ["x"] },
      source: "1 + 1",
      execution_count: 1,
      outputs: [
        { output_type: "stream", name: "stdout", text: ["a\n", "b"] },
        {
          output_type: "execute_result",
          execution_count: 1,
          data: { "text/plain": ["2"], "application/json": { a: [1] } },
          metadata: {},
        },
        { output_type: "display_data", data: { "text/html": "<b>" }, metadata: {} },
        { output_type: "error", ename: "Error", evalue: "x", traceback: ["Error: x"] },
      ],
    },
    { cell_type: "raw", id: "c", metadata: {}, source: "raw" },
  ],
};

const settings = {
  cell_type: "code",
  id: "d",
  metadata: { tags: ["parameters"] },
  source:
    'const settings = lab.params({\n  defaults: { steps: 3, of: "a b".split(" "), note: null as string | null },\n});',
  execution_count: null,
  outputs: [],
};

const key = "a key";
const frameOf = (part: Buffer | string): Buffer => Buffer.from(part);
const header = { msg_id: "1", msg_type: "execute_request", session: "s", username: "u", date: "2020", version: "5.3" };
const sent = { identities: [Buffer.of(0, 1)], header, parent: {}, metadata: {}, content: { code: "1", silent: false } };
const message = (): Buffer[] => encodeMessage(sent, key).map(frameOf);
/** Frames in the order of their names. */
const framesIn = (dir: string, count: number): Buffer[] =>
  Array.from({ length: count }, (_, i) => readFrame(join(dir, `frame-${i}`))).flat();

function readFrame(path: string): Buffer[] {
  try {
    return [readFileSync(path)];
  } catch {
    return []; // This frame was taken out.
  }
}

const connection = {
  transport: "tcp",
  ip: "127.0.0.1",
  key,
  signature_scheme: "hmac-sha256",
  kernel_name: "palimpsest",
  shell_port: 5001,
  iopub_port: 5002,
  control_port: 5003,
  stdin_port: 5004,
  hb_port: 5005,
};

export const labTargets: readonly Target[] = [
  {
    name: "notebook",
    summary: "a notebook, read and written",
    sources: ["src/lab/notebook/notebook.ts", "src/lab/notebook/run-file.ts"],
    seeds: () => [
      { "a.ipynb": json(notebook) },
      {
        "a.ipynb": utf8(
          JSON.stringify(
            { ...notebook, nbformat_minor: 4, cells: notebook.cells.map(({ id: _, ...cell }) => cell) },
            null,
            1,
          ),
        ),
      },
    ],
    read: (dir) => writeNotebook(parseNotebook(readFileSync(join(dir, "a.ipynb"), "utf8"), "a.ipynb")),
  },
  {
    name: "parameters-cell",
    summary: "which settings a notebook has, found before it runs",
    sources: ["src/lab/notebook/parameters-cell.ts"],
    seeds: () => [{ "a.ipynb": json({ ...notebook, cells: [...notebook.cells, settings] }) }],
    read: (dir) => parametersOf(parseNotebook(readFileSync(join(dir, "a.ipynb"), "utf8"), "a.ipynb"))?.defaults ?? {},
  },
  {
    name: "params",
    summary: "a notebook's parameters",
    sources: ["src/lab/cell/params.ts"],
    seeds: () => [{ "params.json": json({ steps: 3, languages: ["en"], nested: { a: 1 }, flag: true, none: null }) }],
    read: (dir) =>
      params({
        defaults: { steps: 1, languages: ["ko"], nested: {}, flag: false, none: null },
        env: { PALIMPSEST_PARAMS: join(dir, "params.json") },
      }),
  },
  {
    name: "setting-text",
    summary: "a setting as the command line has it",
    sources: ["src/lab/notebook/setting-text.ts"],
    seeds: () =>
      ['columns={"size":"N"}', 'columns={"size":"C/(6*N)","loss":"loss"}'].map((text) => ({ text: utf8(text) })),
    read(dir) {
      const [name, text] = splitSetting(readFileSync(join(dir, "text"), "utf8"));
      return readSetting({ name, text, fallback: { size: "size" } });
    },
  },
  {
    name: "wire",
    summary: "a signed message of Jupyter's, frame by frame",
    sources: ["src/lab/wire.ts"],
    seeds: () => [Object.fromEntries(message().map((frame, i) => [`frame-${i}`, frame]))],
    read(dir) {
      const { header, parent, metadata, content } = decodeMessage(framesIn(dir, 7), key);
      return { header, parent, metadata, content };
    },
    intact: true,
  },
  {
    name: "wire-parts",
    summary: "its parts, unsigned",
    sources: ["src/lab/wire.ts"],
    seeds: () => [
      Object.fromEntries(
        message()
          .slice(3)
          .map((frame, i) => [`frame-${i}`, frame]),
      ),
    ],
    read: (dir) =>
      decodeMessage(
        [utf8("<IDS|MSG>"), utf8(""), ...framesIn(dir, 4)].map((frame) => Buffer.from(frame)),
        "",
      ),
  },
  {
    name: "connection-file",
    summary: "where a kernel is to listen",
    sources: ["src/lab/kernel/connection-file.ts"],
    seeds: () => [{ "connection.json": json(connection) }],
    read: (dir) => readConnectionFile(join(dir, "connection.json")),
  },
  {
    name: "kernelspec",
    summary: "the kernel that Jupyter has on its list",
    sources: ["src/lab/jupyter/kernelspec.ts"],
    seeds: () => [
      {
        "kernels/palimpsest/kernel.json": json({
          argv: ["node", "kernel.js", "{connection_file}"],
          display_name: "x",
          language: "typescript",
        }),
      },
    ],
    read: (dir) => installedKernel(dir),
  },
];
