/**
 * A shard's header from its bytes. The lists that have an entry for each document become arrays of numbers at once: JSON.parse would
 * hold their text besides, and every number as JavaScript has it.
 */

/** Wide enough for what stands there: places in a file, and sizes of one document. */
const lists = { starts: Float64Array, bytes: Int32Array, unspelled: Int32Array };

/** Throws where it is not JSON; a list that is not one of whole numbers stays as JSON has it. */
export function parseHeader(json: Buffer): unknown {
  const found = Object.entries(lists).flatMap(([name, Numbers]) => {
    const key = json.indexOf(`"${name}":[`);
    const from = key + name.length + 4;
    const to = json.indexOf("]", from);
    if (key < 0 || to < 0) return [];
    const numbers = wholeNumbers(json.subarray(from, to), Numbers);
    return numbers ? [{ name, numbers, from, to }] : [];
  });
  const rest: Buffer[] = [];
  let done = 0;
  for (const { from, to } of found.sort((a, b) => a.from - b.from)) {
    rest.push(json.subarray(done, from));
    done = to;
  }
  rest.push(json.subarray(done));
  const header: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(Buffer.concat(rest)));
  if (typeof header !== "object" || header === null) return header;
  return { ...header, ...Object.fromEntries(found.map(({ name, numbers }) => [name, numbers])) };
}

type Numbers = Float64ArrayConstructor | Int32ArrayConstructor;

const [minus, zero, comma] = [45, 48, 44];

function wholeNumbers(text: Uint8Array, Numbers: Numbers): Float64Array | Int32Array | undefined {
  if (text.length === 0) return new Numbers(0);
  let count = 1;
  for (let at = 0; at < text.length; at++) if (text[at] === comma) count++;
  const numbers = new Numbers(count);
  let [value, digits, sign] = [0, 0, 1];
  for (let at = 0, i = 0; at <= text.length; at++) {
    const byte = at < text.length ? text[at]! : comma;
    if (byte >= zero && byte <= zero + 9) {
      value = 10 * value + byte - zero;
      digits++;
    } else if (byte === minus && digits === 0 && sign === 1) sign = -1;
    else if (byte === comma && digits > 0 && digits <= 15) {
      numbers[i] = sign * value;
      if (numbers[i++] !== sign * value) return undefined;
      [value, digits, sign] = [0, 0, 1];
    } else return undefined;
  }
  return numbers;
}
