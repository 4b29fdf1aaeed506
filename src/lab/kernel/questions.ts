/** Questions that cells ask the person, until they are answered, refused or broken off. The main thread's half. */
import type { ToCells, ToFront } from "./talk.js";

export interface Questions {
  /** Rejects when the client takes no questions, and when the cell is interrupted. */
  ask(run: number, prompt: string, password: boolean): Promise<string>;
  answer(given: Extract<ToCells, { do: "answer" }>): void;
  /** Of all that wait. */
  refuse(why: string): void;
}

export function createQuestions(tell: (question: ToFront) => void): Questions {
  const waiting = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>();
  let count = 0;
  const settle = (question: number, value: string | undefined, refusal = "no answer"): void => {
    const asker = waiting.get(question);
    waiting.delete(question);
    if (value === undefined) asker?.reject(new Error(`ask: ${refusal}`));
    else asker?.resolve(value);
  };
  return {
    ask: (run, prompt, password) =>
      new Promise((resolve, reject) => {
        const question = ++count;
        waiting.set(question, { resolve, reject });
        tell({ is: "question", run, question, prompt, password });
      }),
    answer: ({ question, value, refusal }) => settle(question, value, refusal),
    refuse: (why) => [...waiting.keys()].forEach((question) => settle(question, undefined, why)),
  };
}
