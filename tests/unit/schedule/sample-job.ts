import type { Job } from '../../../src/schedule/job.js';

/** Contains every character that some scheduler treats specially. */
export const oddPath = `/home/李 雷/100% "quoted" it's $HOME \\ & <x>/h`;

export function sampleJob(more: Partial<Job> = {}): Job {
  return {
    kind: 'refresh',
    suffix: '',
    words: ['/usr/bin/node', '/opt/keyturn/dist/bin.js', 'refresh', '--scheduled', '--quiet'],
    env: { KEYTURN_HOME: '/home/me/keys', PATH: '/usr/bin:/bin' },
    minute: 17,
    limitMinutes: 90,
    ...more,
  };
}
