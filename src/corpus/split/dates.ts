/**
 * Dates of documents, as ISO 8601 writes them and as far as they are known: "2015", "2015-03" or "2015-03-09" (a time after it is
 * not looked at). What is known only to the year may be any day of it.
 */

/** The first and the last day that a date may be; as text they sort as days do. */
export interface Days {
  first: string;
  last: string;
}

/** Undefined where it is no such date. */
export function daysOf(date: string): Days | undefined {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?$/.exec(date) ?? [];
  if (year === undefined || Number(month ?? 1) > 12 || Number(month ?? 1) < 1) return undefined;
  if (Number(day ?? 1) > 31 || Number(day ?? 1) < 1) return undefined;
  const [from, to] = [`${year}-${month ?? "01"}`, `${year}-${month ?? "12"}`];
  return { first: `${from}-${day ?? "01"}`, last: `${to}-${day ?? "31"}` };
}

/** As `daysOf`, for what a caller asks. Throws one line that names it. */
export function asked(caller: string, what: string, date: string): Days {
  const days = daysOf(date);
  if (!days)
    throw new Error(
      `${caller}: invalid ${what}: ${JSON.stringify(date)} (a year, a month or a day: 2015, 2015-03, 2015-03-09)`,
    );
  return days;
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** As dates of "5", "Aug" and "1993"; undefined where there is no such month. */
export function isoDate(day: string, month: string, year: string): string | undefined {
  const number = months.indexOf(month) + 1;
  return number === 0 ? undefined : `${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}`;
}
