/** Sequences of an update, where nobody says how many. */
export const BATCH = 16;
