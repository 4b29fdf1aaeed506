/**
 * The wire protocol of Jupyter kernels: frames of a ZeroMQ message, signed with HMAC-SHA256.
 * https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol
 * Only the envelope; what a message means is for the kernel and for whoever talks to it.
 */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

import { foreignJson, show } from "../foreign.js";

export interface Header {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

export type Content = Record<string, unknown>;

export interface Message {
  /** ZeroMQ routing prefix; a reply repeats its request's. */
  identities: Buffer[];
  header: Header;
  /** The header of what caused this message; empty for a request. */
  parent: Partial<Header>;
  metadata: Content;
  content: Content;
}

const delimiter = "<IDS|MSG>";

export function createMessage(type: string, content: Content, session: string): Message {
  const header = {
    msg_id: randomUUID(),
    msg_type: type,
    session,
    username: "palimpsest",
    date: new Date().toISOString(),
    version: "5.3",
  };
  return { identities: [], header, parent: {}, metadata: {}, content };
}

export function replyTo(request: Message, type: string, content: Content): Message {
  const reply = createMessage(type, content, request.header.session);
  return { ...reply, identities: request.identities, parent: request.header };
}

function sign(key: string, parts: (Buffer | string)[]): string {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

export function encodeMessage(message: Message, key: string): (Buffer | string)[] {
  const parts = [message.header, message.parent, message.metadata, message.content].map((part) => JSON.stringify(part));
  return [...message.identities, delimiter, key === "" ? "" : sign(key, parts), ...parts];
}

function objectOf(name: string, part: Buffer): Content {
  let value: unknown;
  try {
    value = foreignJson(part.toString("utf8"));
  } catch (error) {
    throw new Error(`decodeMessage: invalid ${name}: ${(error as Error).message}`, { cause: error });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`decodeMessage: invalid ${name}: ${show(value)} (an object)`);
  return value as Content;
}

/** Throws when the frames are no Jupyter message or are not signed with `key`. */
export function decodeMessage(frames: Buffer[], key: string): Message {
  const at = frames.findIndex((frame) => frame.equals(Buffer.from(delimiter)));
  const [signature, ...parts] = frames.slice(at + 1);
  if (at < 0 || signature === undefined || parts.length < 4)
    throw new Error(`decodeMessage: invalid message: ${frames.length} frames, delimiter at ${at}`);
  if (key !== "") {
    const wanted = Buffer.from(sign(key, parts.slice(0, 4)));
    if (wanted.length !== signature.length || !timingSafeEqual(wanted, signature))
      throw new Error("decodeMessage: invalid signature: the message was signed with another key");
  }
  const [header, parent, metadata, content] = ["header", "parent header", "metadata", "content"].map((name, i) =>
    objectOf(name, parts[i]!),
  ) as [Content, Content, Content, Content];
  for (const field of ["msg_id", "msg_type", "session"])
    if (typeof header[field] !== "string")
      throw new Error(`decodeMessage: invalid header: ${field} is ${show(header[field])} (a text)`);
  return {
    identities: frames.slice(0, at),
    header: header as unknown as Header,
    parent: parent as Partial<Header>,
    metadata,
    content,
  };
}
