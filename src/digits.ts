/** A number as a person writes it, in a sentence or a table of results. Not for the ticks of an axis, and not for data. */

/**
 * So many significant digits, defaults to 3, without zeros behind them; with a power of ten from a million on and below
 * 0.0001: 0.38169 is "0.382", 1234567 is "1.23e6".
 */
export function digits(value: number, count = 3): string {
  if (!Number.isFinite(value)) return String(value);
  const rounded = Number(value.toPrecision(count));
  const size = Math.abs(rounded);
  return size === 0 || (size >= 1e-4 && size < 1e6) ? String(rounded) : rounded.toExponential().replace("e+", "e");
}
