/** Arrows between rooms point down the floors of the house, and a pure room loads no file system, clock or engine. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { floorOf, packagesOfPureRooms, rooms, shared, type Floor } from "./rooms.js";
import { importsOf, projectFiles, read, type Import } from "./sources.js";

const order: Floor[] = ["pure", "machine", "surface"];
const sources = projectFiles().filter((path) => path.startsWith("src/") && path.endsWith(".ts"));
const imports = sources.flatMap((path) => importsOf(path));
const roomOf = (path: string): string | undefined => /^src\/([^/]+)\//.exec(path)?.[1];
const packageOf = (specifier: string): string => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
const describe = ({ from, line, specifier }: Import): string => `${from}:${line} imports ${specifier}`;

/** Why an import may not be, or nothing. */
function fault({ from, target, specifier, loadsNothing }: Import): string | undefined {
  const room = roomOf(from);
  const floor = room === undefined ? undefined : floorOf(room);
  if (target === undefined) {
    if (specifier === "palimpsest") return "the library does not import itself by its name";
    if (specifier === "@tensorflow/tfjs" && !loadsNothing && from !== "src/tensors.ts") return "src/tensors.ts is this";
    if (packageOf(specifier) === "plotly.js" && !loadsNothing) return "plotly.js runs only in a browser";
    if (floor !== "pure" || loadsNothing) return undefined;
    const allowed = packagesOfPureRooms[room ?? ""] ?? [];
    return allowed.includes(packageOf(specifier)) ? undefined : `${room} is a pure room`;
  }
  if (!target.startsWith("src/")) return "src imports nothing from outside src";
  const to = roomOf(target);
  if (to === undefined) {
    if (!(target in shared)) return "there is no such shared file";
    if (floor !== undefined && !shared[target]!.includes(floor)) return `${target} is not for the ${floor} floor`;
    return undefined;
  }
  const toFloor = floorOf(to);
  if (toFloor === undefined) return `${to} is not a room of the house`;
  if (floor === undefined) return from === "src/index.ts" ? undefined : "a shared file imports from no room";
  return order.indexOf(toFloor) > order.indexOf(floor) ? `${to} is above ${room}` : undefined;
}

test("every source is in a room of the house, or is a shared file", () => {
  const strangers = sources.filter((path) => !(path in shared) && !rooms.includes(roomOf(path) ?? ""));
  assert.deepEqual(strangers, []);
});

test("imports point down the floors, and pure rooms load only what is pure", () => {
  const faults = imports.flatMap((each) => {
    const why = fault(each);
    return why ? [`${describe(each)}: ${why}`] : [];
  });
  assert.deepEqual(faults, []);
});

test("a package that is loaded is installed with this one, or is an optional peer", () => {
  const { dependencies, peerDependencies } = JSON.parse(read("package.json")) as Record<string, object>;
  const named = { ...dependencies, ...peerDependencies };
  const foreign = imports.filter(({ specifier, loadsNothing }) => !loadsNothing && /^(?!node:)[@a-z]/.test(specifier));
  assert.ok(foreign.length > 30, `${foreign.length} loads of packages`);
  assert.deepEqual(foreign.filter(({ specifier }) => !(packageOf(specifier) in named)).map(describe), []);
});

test("every relative import names a source that exists", () => {
  const missing = imports.filter(({ target }) => target !== undefined && !sources.includes(target));
  assert.deepEqual(missing.map(describe), []);
});

test("rooms of one floor do not import each other in a circle", () => {
  const edges = new Map<string, Set<string>>();
  for (const { from, target, loadsNothing } of imports) {
    const [a, b] = [roomOf(from), target === undefined ? undefined : roomOf(target)];
    if (a && b && a !== b && !loadsNothing) edges.set(a, (edges.get(a) ?? new Set()).add(b));
  }
  const circle = (room: string, path: string[]): string | undefined => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room].join(" → ");
    for (const next of edges.get(room) ?? []) {
      const found = circle(next, [...path, room]);
      if (found) return found;
    }
    return undefined;
  };
  assert.deepEqual([...new Set(rooms.map((room) => circle(room, [])).filter(Boolean))], []);
});

test("no files import each other in a circle, not even for types", () => {
  const targets = new Map<string, string[]>();
  for (const { from, target } of imports)
    if (target !== undefined) targets.set(from, [...(targets.get(from) ?? []), target]);
  const done = new Set<string>();
  const circle = (file: string, path: string[]): string | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(" → ");
    if (done.has(file)) return undefined;
    for (const next of targets.get(file) ?? []) {
      const found = circle(next, [...path, file]);
      if (found) return found;
    }
    done.add(file);
    return undefined;
  };
  assert.deepEqual(
    sources.map((file) => circle(file, [])).filter((found) => found !== undefined),
    [],
  );
});

test("the rule itself: what it must refuse and what it must let through", () => {
  const judged = (from: string, code: string): (string | undefined)[] => importsOf(from, code).map(fault);
  assert.deepEqual(judged("src/laws/fit.ts", 'import { readFileSync } from "node:fs";'), ["laws is a pure room"]);
  assert.deepEqual(judged("src/laws/fit.ts", 'const f = () => import("onnxruntime-node");'), ["laws is a pure room"]);
  assert.deepEqual(judged("src/embed/grow.ts", 'import type { Engine } from "../engine/types.js";'), [
    "engine is above embed",
  ]);
  assert.deepEqual(judged("src/model/init.ts", 'export { run } from "../cli/run.js";'), ["cli is above model"]);
  assert.deepEqual(judged("src/vocab/a.ts", 'import { writeAtomically } from "../files.js";'), [
    "src/files.ts is not for the pure floor",
  ]);
  assert.deepEqual(
    judged("src/charts/a.ts", 'import Plotly from "plotly.js"; import type { Data } from "plotly.js";'),
    ["plotly.js runs only in a browser", undefined],
  );
  assert.deepEqual(judged("src/model/a.ts", 'import * as tf from "@tensorflow/tfjs";'), ["src/tensors.ts is this"]);
  assert.deepEqual(judged("src/lab/a.ts", 'const path = require.resolve("plotly.js/dist/plotly.min.js");'), [
    undefined,
  ]);
  assert.deepEqual(judged("src/lab/a.ts", 'import { fit } from "../laws/index.js"; import "node:fs";'), [
    undefined,
    undefined,
  ]);
});
