/** Joins short texts that stand next to each other into documents of a sensible size. */
import type { Document } from "../types.js";

/** Every `size` messages make a document; a message that is empty (not translated, say) leaves no line. Equal groups in every language. */
export function gatherByCount(prefix: string, messages: readonly (string | undefined)[], size: number): Document[] {
  const documents: Document[] = [];
  for (let i = 0; i < messages.length; i += size) {
    const text = messages
      .slice(i, i + size)
      .filter(Boolean)
      .join("\n");
    if (text) documents.push({ key: `${prefix}/${i / size}`, text });
  }
  return documents;
}

/** Passages until a document has `characters`, separated by a blank line. */
export function gatherByLength(prefix: string, passages: readonly string[], characters: number): Document[] {
  const documents: Document[] = [];
  let open: string[] = [];
  let length = 0;
  const close = (): void => {
    if (open.length > 0) documents.push({ key: `${prefix}/${documents.length}`, text: open.join("\n\n") });
    open = [];
    length = 0;
  };
  for (const passage of passages) {
    open.push(passage);
    length += passage.length;
    if (length >= characters) close();
  }
  close();
  return documents;
}
