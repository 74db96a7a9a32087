import type { Job } from './job.js';
import { ownMark } from './own-file.js';

/** The LaunchAgent of a job. When the machine sleeps at the set time, launchd starts the job on waking. */
export function launchdPlist(job: Job): string {
  const start =
    job.kind === 'watch'
      ? ['<key>KeepAlive</key>', '<true/>', '<key>ThrottleInterval</key>', '<integer>30</integer>']
      : ['<key>StartCalendarInterval</key>', '<dict>', `  <key>Minute</key>`, `  <integer>${job.minute}</integer>`, '</dict>']; // prettier-ignore
  const body = [
    '<key>Label</key>',
    string(launchdLabel(job)),
    '<key>ProgramArguments</key>',
    '<array>',
    ...job.words.map((word) => `  ${string(word)}`),
    '</array>',
    '<key>EnvironmentVariables</key>',
    '<dict>',
    ...Object.entries(job.env).flatMap(([key, value]) => [`  <key>${escaped(key)}</key>`, `  ${string(value)}`]),
    '</dict>',
    '<key>RunAtLoad</key>',
    '<true/>',
    ...start,
  ];
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    `<!-- ${ownMark}. -->`,
    '<plist version="1.0">',
    '<dict>',
    ...body.map((line) => `  ${line}`),
    '</dict>',
    '</plist>',
    '',
  ].join('\n');
}

export function launchdLabel({ kind, suffix }: Pick<Job, 'kind' | 'suffix'>): string {
  return `keyturn.${kind}${suffix}`;
}

const string = (text: string) => `<string>${escaped(text)}</string>`;

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escaped = (text: string) => text.replace(/[&<>]/g, (char) => entities[char] ?? char);
