/** Widens a folder and kills itself when file number so many is to be written. Arguments: folder, tokenizer.json, out, number. */
import { extend, open } from "../../src/checkpoint/index.js";
import { readTokenizer } from "../../src/model/index.js";

const [dir, path, out, file] = process.argv.slice(2) as [string, string, string, string];
void extend({
  base: open({ dir }),
  out,
  tokenizer: readTokenizer({ path }),
  init: "mean",
  onProgress: ({ label, done }) => {
    if (label === "writing" && done === Number(file)) process.kill(process.pid, "SIGKILL");
  },
});
