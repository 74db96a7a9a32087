/** Feishu writes times as epoch milliseconds in text. Undefined for anything else. */
export function epochMs(value: unknown): number | undefined {
  const ms = typeof value === 'string' || typeof value === 'number' ? Number(value) : NaN;
  return ms > 0 && Number.isFinite(ms) ? ms : undefined;
}
