import type { Job, JobKind } from './job.js';
import { ownMark } from './own-file.js';

/** The first is the one to enable. */
export function unitNames(kind: JobKind, suffix: string): readonly [main: string, ...others: string[]] {
  const name = `keyturn-${kind}${suffix}`;
  return kind === 'watch' ? [`${name}.service`] : [`${name}.timer`, `${name}.service`];
}

export function systemdUnits(job: Job): readonly { readonly name: string; readonly text: string }[] {
  return unitNames(job.kind, job.suffix).map((name) => {
    const mark = `# ${ownMark}. For changes of your own: systemctl --user edit ${name}`;
    const lines = name.endsWith('.timer') ? timer : job.kind === 'watch' ? watch(job) : refresh(job);
    return { name, text: [mark, ...lines, ''].join('\n') };
  });
}

const timer = [
  '[Unit]',
  'Description=keyturn: renews API keys every hour',
  '',
  '[Timer]',
  'OnCalendar=hourly',
  'RandomizedDelaySec=10m',
  '# Makes up for an hour that was slept through.',
  'Persistent=true',
  '',
  '[Install]',
  'WantedBy=timers.target',
];

const refresh = (job: Job) => [
  '[Unit]',
  'Description=keyturn: renews the API keys that are due',
  '',
  '[Service]',
  'Type=oneshot',
  ...startOf(job),
  '# Another run is at work: nothing is wrong.',
  'SuccessExitStatus=4',
  '# A run that hangs must not keep later ones from starting. Twice handoff.wait, and an hour for the work.',
  `TimeoutStartSec=${job.limitMinutes}min`,
  'KillMode=mixed',
  'TimeoutStopSec=30',
];

const watch = (job: Job) => [
  '[Unit]',
  'Description=keyturn: keeps API keys alive',
  '',
  '[Service]',
  ...startOf(job),
  'ExecReload=/bin/kill -HUP $MAINPID',
  'Restart=always',
  'RestartSec=30',
  '# The watch ends its renewals itself, gently.',
  'KillMode=mixed',
  'TimeoutStopSec=10',
  '',
  '[Install]',
  'WantedBy=default.target',
];

function startOf({ words, env }: Job): string[] {
  // Since systemd 244 the prefix `:` keeps `$` as it is. Older versions see the prefix only when a word contains a `$`.
  const prefix = words.some((word) => word.includes('$')) ? ':' : '';
  return [
    ...Object.entries(env).map(([key, value]) => `Environment=${quoted(`${key}=${value}`)}`),
    `ExecStart=${prefix}${words.map(quoted).join(' ')}`,
  ];
}

/** Quotes one word for a unit file, in which an unescaped percent sign starts a specifier. */
export function quoted(word: string): string {
  const text = word.replaceAll('%', '%%');
  if (/^[\w./:@%+=,-]+$/.test(text)) return text;
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;
}
