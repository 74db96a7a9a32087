import { entry } from './app-error.js';

/** KT8xx: the watch, the process that looks after all accounts. */
export const watchErrors = {
  alreadyRunning: entry<{ home: string; holder: string }>({
    code: 'KT801',
    title: 'another watch is running',
    exitCode: 4,
    next: 'try-later',
    message: ({ home, holder }) => `${home} is watched over already: ${holder}.`,
    state: 'Nothing was done; the first one goes on.',
    hint: 'keyturn status',
    byItself: 'the first watch goes on',
    example: { home: '/home/me/.local/share/keyturn', holder: 'keyturn watch (pid 4711 on host-1), running for 3d' },
  }),
};
