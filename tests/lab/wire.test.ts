import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { createMessage, decodeMessage, encodeMessage, replyTo } from "../../src/lab/wire.js";

const frames = (message: (Buffer | string)[]): Buffer[] => message.map((frame) => Buffer.from(frame));

test("a message survives the wire, routing prefix included", () => {
  const request = { ...createMessage("execute_request", { code: "한" }, "s"), identities: [Buffer.from([0, 1, 2])] };
  const reply = replyTo(request, "execute_reply", { status: "ok" });
  assert.deepEqual(decodeMessage(frames(encodeMessage(request, "key")), "key"), request);
  const decoded = decodeMessage(frames(encodeMessage(reply, "key")), "key");
  assert.deepEqual(decoded.parent, request.header);
  assert.deepEqual(decoded.identities, request.identities);
});

test("the signature is the protocol's: HMAC-SHA256 over the four parts", () => {
  const [, signature, ...parts] = encodeMessage(createMessage("x", {}, "s"), "key") as string[];
  assert.equal(parts.length, 4);
  assert.equal(signature, createHmac("sha256", "key").update(parts.join("")).digest("hex"));
});

test("what is not signed with our key, or cut off, is refused", () => {
  const sent = frames(encodeMessage(createMessage("x", {}, "s"), "key"));
  assert.throws(() => decodeMessage(sent, "other"), /invalid signature/);
  assert.throws(() => decodeMessage([...sent.slice(0, 5), Buffer.from('{"a":1}')], "key"), /invalid signature/);
  assert.throws(() => decodeMessage(sent.slice(0, 4), "key"), /invalid message: 4 frames/);
  assert.throws(() => decodeMessage(sent.slice(1), "key"), /invalid message/);
});
