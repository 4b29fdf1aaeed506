/** SHA-256 that can be taken up again: Node's own, wherever it was put down. */
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";
import { sha256 } from "../../../src/corpus/shards/sha256.js";

test("the hash is Node's at every length around a block's, put down and taken up at any place", () => {
  const bytes = randomBytes(300);
  for (let length = 0; length < bytes.length; length++) {
    const [own, cut] = [bytes.subarray(0, length), (7 * length) % (length + 1)];
    const state = JSON.stringify(sha256().update(own.subarray(0, cut)).state());
    const again = sha256(JSON.parse(state) as ReturnType<ReturnType<typeof sha256>["state"]>);
    assert.equal(again.update(own.subarray(cut)).digest(), createHash("sha256").update(own).digest("hex"));
  }
  assert.equal(sha256().update("한국어").digest(), createHash("sha256").update("한국어").digest("hex"));
});
