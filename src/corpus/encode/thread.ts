/** A thread of `stream.ts`: encodes one batch after another by the tokenizer that is written down for it. Not part of the library. */
import { parse } from "../../vocab/index.js";
import { crewThread } from "../crew.js";
import { encoded, type ToEncode } from "./encoded.js";

crewThread(
  ({ json, endOfText }: { json: object; endOfText: string }) => {
    const tokenizer = parse(json, { endOfText });
    return Promise.resolve(({ documents }: { documents: ToEncode[] }) => encoded(tokenizer, documents));
  },
  ({ ids }) => [ids.buffer as ArrayBuffer],
);
