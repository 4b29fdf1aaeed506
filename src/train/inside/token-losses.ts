/**
 * The loss of each token of some texts: where a model is surprised, for `charts.tokenView` and `charts.ridgeline`. Their sum over
 * the bytes is bits per byte. Each text is read on its own, so its numbers are not those of a packed window.
 */
import { forward, lossesOf } from "../../model/index.js";
import type { LanguageModel } from "../../types.js";
import { readable } from "../../vocab/index.js";
import { readOnce, type ReadingOptions, windowsOf } from "./reading.js";

export interface TokenLoss {
  /** Which of the texts, from 0. */
  text: number;
  /** Place in the text, from 0. */
  position: number;
  id: number;
  /** As a reader sees it. */
  token: string;
  bytes: number;
  /** −log₂ of the probability that it got. */
  bits: number;
}

/** A row for each token that has something before it: all of them, unless `before` is empty. */
export async function tokenLosses(model: LanguageModel, options: ReadingOptions): Promise<TokenLoss[]> {
  const { config, tokenizer } = model;
  const windows = await windowsOf("tokenLosses", model, options);
  const { ids, before, time } = windows;
  const batch = Math.min(options.batch ?? 16, ids.length);
  const unread = before.length > 0 ? 0 : 1;
  const first = Math.max(0, before.length - 1);
  const rows: TokenLoss[] = [];
  return readOnce(
    model,
    windows,
    {
      label: "losses of tokens",
      batch,
      inputs: { targets: { shape: [batch * time], dtype: "int32" } },
      step: (params, { tokens, targets }) => ({
        outputs: { nats: lossesOf(config, params, forward(config, params, tokens!), targets!, { memory: "layers" }) },
      }),
      feed(from, count) {
        const targets = new Int32Array(batch * time);
        for (let i = 0; i < count; i++) targets.set(Array.from(ids[from + i]!).slice(unread), i * time + first);
        return { targets };
      },
      take({ nats }, from, count) {
        for (let i = 0; i < count; i++)
          Array.from(ids[from + i]!).forEach((id, position) => {
            if (position < unread) return;
            const bits = nats![i * time + first + position - unread]! / Math.LN2;
            const [token, bytes] = [readable(tokenizer, id), tokenizer.bytesOf(id).length];
            rows.push({ text: from + i, position, id, token, bytes, bits });
          });
      },
      result: () => rows,
    },
    options,
  );
}
