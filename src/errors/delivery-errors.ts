import { entry } from './app-error.js';
import { shellWord } from './shell-word.js';

/** KT9xx: delivering the key to its consumers, and running hooks. */
export const deliveryErrors = {
  notReady: entry<{ account: string; problems: readonly string[]; keyState: string }>({
    code: 'KT901',
    title: 'the new key could not be delivered, so nothing was rotated',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ problems }) =>
      `A rotation ends the old key at once, and the new one could not be put where it is read: ${problems.join('; ')}.`,
    state: ({ keyState }) => `Nothing was rotated. ${keyState}`,
    hint: ({ account }) => `keyturn deliver ${account} --check`,
    byItself: 'tries again with the next run; once the old key is dead or in its last hours it renews all the same',
    example: {
      account: 'work',
      problems: ['env: /srv/app/.env cannot be written: the file system is read-only [KT903]'],
      keyState: 'The current key works until 2026-03-08 12:00.',
    },
  }),
  unusableFile: entry<{ account: string; target: string; path: string; problem: string }>({
    code: 'KT902',
    title: 'a file cannot take the key',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ target, path, problem }) => `${target}: ${path} ${problem}.`,
    state: 'The file was left as it is.',
    hint: ({ account }) => `keyturn account target list ${account}`,
    byItself: 'tries again with back-off, and rotates nothing for it',
    example: {
      account: 'work',
      target: 'json',
      path: '/srv/app/settings.json',
      problem: 'holds a list and not an object',
    },
  }),
  notWritable: entry<{ target: string; path: string; reason: string }>({
    code: 'KT903',
    title: 'a target cannot be written',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ target, path, reason }) => `${target}: ${path} cannot be written: ${reason}.`,
    state: 'The file was left as it is.',
    hint: ({ path }) => `ls -ld ${shellWord(path)} ${shellWord(path.replace(/[\\/][^\\/]*$/, '') || '/')}`,
    byItself: 'tries again with back-off, and rotates nothing for it',
    example: { target: 'env', path: '/srv/app/.env', reason: 'the file system is read-only' },
  }),
  commandFailed: entry<{ account: string; target: string; program: string; how: string; output: string }>({
    code: 'KT904',
    title: 'a delivery program failed',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ target, program, how, output }) => `${target}: ${program} ${how}${said(output)}.`,
    state: 'The key was handed to it; what it did with it is not known.',
    hint: ({ account }) => `keyturn deliver ${account}`,
    byItself: 'tries again with back-off, and rotates nothing for it',
    example: {
      account: 'work',
      target: 'command',
      program: 'my-sync',
      how: 'ended with exit code 1',
      output: 'no route to host',
    },
  }),
  undelivered: entry<{ account: string; problems: readonly string[]; held: readonly string[] }>({
    code: 'KT905',
    title: 'the key is not where its consumers read it',
    exitCode: 1,
    next: 'try-later',
    message: ({ problems }) => `The current key has not reached every target: ${problems.join('; ')}.`,
    state: ({ held }) =>
      `The key is safe in keyturn${held.length > 0 ? ` and was delivered to ${held.join(', ')}` : ''}. ` +
      'Later runs try again by themselves and rotate nothing for it; until then these consumers hold an old key.',
    hint: ({ account }) => `keyturn deliver ${account}`,
    byItself: 'tries again after 1, 5, 15, 30, 60 and 120 minutes and then every 6 hours, and rotates nothing for it',
    example: {
      account: 'work',
      problems: ['env: /srv/app/.env cannot be written: the disk is full [KT903]'],
      held: ['openclaw'],
    },
  }),
  hookFailed: entry<{ account: string; event: string; program: string; how: string; output: string }>({
    code: 'KT906',
    title: 'a hook failed',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ event, program, how, output }) => `The hook "${event}" failed: ${program} ${how}${said(output)}.`,
    state: ({ event }) =>
      event === 'renewed'
        ? 'The key is in place; later runs run the hook again.'
        : 'It changed nothing about the renewal.',
    hint: ({ account }) => `keyturn account hook list ${account}`,
    byItself: 'runs the hook `renewed` again with back-off, the others with their next event',
    example: {
      account: 'work',
      event: 'renewed',
      program: 'systemctl',
      how: 'ended with exit code 5',
      output: 'Unit my-agent.service not found.',
    },
  }),
  unknownTarget: entry<{ account: string; name: string; known: readonly string[] }>({
    code: 'KT907',
    title: 'no such target or hook',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ account, name, known }) =>
      `The account "${account}" has no "${name}". ` +
      (known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has none yet.'),
    state: 'Nothing was changed.',
    hint: ({ account }) => `keyturn account target list ${account}`,
    byItself: 'nothing',
    example: { account: 'work', name: 'evn', known: ['env'] },
  }),
  targetExists: entry<{ account: string; name: string; why: string }>({
    code: 'KT908',
    title: 'the target exists already',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ account, name, why }) => `The account "${account}" ${why} "${name}".`,
    state: 'Nothing was changed.',
    hint: ({ account, name }) => `keyturn account target remove ${account} ${name}, or choose another --name`,
    byItself: 'nothing',
    example: { account: 'work', name: 'env', why: 'already has a target' },
  }),
  noTargets: entry<{ account: string }>({
    code: 'KT909',
    title: 'nowhere to deliver to',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ account }) => `The account "${account}" has no delivery target.`,
    state: 'Nothing was done.',
    hint: ({ account }) => `keyturn account target add ${account} env ./.env`,
    byItself: 'nothing',
    example: { account: 'work' },
  }),
};

function said(output: string): string {
  const last = output.trim().split('\n').at(-1)?.trim() ?? '';
  return last === '' ? '' : `; its last words: ${last.slice(0, 200)}`;
}
