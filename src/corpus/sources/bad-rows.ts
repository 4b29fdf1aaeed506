/** What becomes of rows that cannot be read: the first one stops the reading, or they are left out, counted and named. */

export interface BadRows {
  /** Throws the error, or counts it; an error that is no reader's is always thrown. */
  met(error: unknown): void;
  count: number;
  /** What is said of them in a note: how many, and where the first ones stand. */
  told(): string;
}

/** How many places a note names. */
const places = 5;

export function badRows(what: "refuse" | "skip"): BadRows {
  const first: string[] = [];
  return {
    count: 0,
    met(error) {
      const { message } = error as Error;
      if (what === "refuse" || !message.startsWith("load: ")) throw error;
      this.count++;
      if (first.length < places) first.push(message.slice("load: ".length));
    },
    told() {
      const more = this.count - first.length;
      return `${first.join("; ")}${more > 0 ? `; and ${more} more` : ""}`;
    },
  };
}
