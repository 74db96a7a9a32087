import { outputOf } from './program.js';

/** Returns the parts of each schedule: the paths of its files, its marker lines, and the commands that it starts. */
export async function scheduleLines(): Promise<string[]> {
  const kinds = [['systemd'], ['systemd', '--watch'], ['cron']];
  const lines = kinds.map(async ([scheduler = '', ...flags]) => {
    const text = await outputOf(['schedule', 'install', '--print', '--with', scheduler, ...flags], {
      HOME: '/home/me',
      XDG_CONFIG_HOME: undefined,
      USER: 'me',
      LOGNAME: 'me',
    });
    const parts = [
      ...[...text.matchAll(/^# (?:--- (\/.*)|(begin|end) (keyturn-\S+))/gm)].map(([line]) => line.slice(2)),
      ...[...text.matchAll(/^# then: (.*)$/gm)].map(([, command]) => `runs ${command}`),
      ...[...text.matchAll(/bin\.js (.*)$/gm)].map(([, words]) => `starts keyturn ${words}`),
    ];
    return parts.map((part) => `${[scheduler, ...flags].join(' ')}: ${part.replace(/-[0-9a-f]{8}\b/g, '-HOME')}`);
  });
  return [...new Set((await Promise.all(lines)).flat())].sort();
}
