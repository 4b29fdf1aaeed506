/** File names, or whole paths where two files have one name. */
export function namesOf(paths: readonly string[], nameOf: (path: string) => string): string[] {
  const short = paths.map(nameOf);
  return new Set(short).size === short.length ? short : [...paths];
}
