/**
 * JSON as Hugging Face's files have it. Their classes want some numbers with a point, and refuse 30 where 30.0 was meant, which
 * is one number in JavaScript: the names of such fields end alike.
 */
export const jsonText = (json: object): string =>
  JSON.stringify(json, null, 2).replace(/^( *"\w*(?:softcapping|factor)": -?\d+)(?=,?$)/gm, "$1.0") + "\n";
