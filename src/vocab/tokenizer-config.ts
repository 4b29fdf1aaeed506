/**
 * tokenizer_config.json, as far as this lab needs it: which tokens have which role. Hugging Face writes a token as its text,
 * or as an object with the text in `content`. What else the file says is kept by whoever copies it, and not read here.
 */
import { isRecord } from "../foreign.js";

const roles = ["bos", "eos", "pad", "unk"] as const;
export type Role = (typeof roles)[number];

/** The text of each special token that the file's object names; nothing for what is no such file. */
export function specialTokens(config: unknown): Partial<Record<Role, string>> {
  if (!isRecord(config)) return {};
  return Object.fromEntries(
    roles.flatMap((role) => {
      const given = config[`${role}_token`];
      const text = isRecord(given) ? given["content"] : given;
      return typeof text === "string" ? [[role, text]] : [];
    }),
  );
}
