/** The work's value; undefined when it throws, for work whose failure says all there is to know. */
export function orUndefined<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
