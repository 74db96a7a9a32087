/** What is withheld from a child process, by what the child is. */
const withheld = {
  /** keyturn itself, driving a browser: it contacts no Feishu. */
  worker: /^(?:FEISHU_|KEYTURN_HEARTBEAT_URL$)/,
  /** A hook or the command of a target, which may call keyturn. */
  hook: /^(?:FEISHU_APP_SECRET|KEYTURN_HEARTBEAT_URL)$/,
  /** A program that uses the key. */
  consumer: /^(?:FEISHU_APP_SECRET|KEYTURN_HEARTBEAT_URL|KEYTURN_PASSPHRASE_FILE)$/,
  /** Its proxy is chosen by keyturn: Chromium reads the variables on some systems only, and by rules of its own. */
  browser: /^(?:(?:FEISHU|KEYTURN)_|(?:HTTPS?|ALL|NO)_PROXY$)/i,
  /** A keychain, a scheduler: they need nothing of keyturn. */
  system: /^(?:FEISHU|KEYTURN)_/,
} as const;

/** The environment of a child process, with `more`. The one place that decides what a child gets. */
export function childEnv(
  child: keyof typeof withheld,
  env: NodeJS.ProcessEnv,
  more: Readonly<Record<string, string | undefined>> = {},
): NodeJS.ProcessEnv {
  const given = Object.entries(env).filter(([name]) => !withheld[child].test(name));
  return { ...Object.fromEntries(given), ...more };
}
