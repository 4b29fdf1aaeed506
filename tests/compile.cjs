/** A thread of run.cjs: compiles the files that it is given, which typescript.cjs then finds. */
"use strict";
const { workerData } = require("node:worker_threads");
const { compiled } = require("./typescript.cjs");

for (const file of workerData) compiled(file);
