/** A proxy's address without its user and password. */
export function redactProxy(proxy: string | undefined): string | undefined {
  if (proxy === undefined) return undefined;
  try {
    const { protocol, host, username, password } = new URL(proxy);
    return `${protocol}//${username || password ? '•••@' : ''}${host}`;
  } catch {
    return '(not a URL)';
  }
}
