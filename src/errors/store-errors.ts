import { entry } from './app-error.js';
import { shellWord } from './shell-word.js';

/** KT2xx: accounts and their files on this machine. */
export const storeErrors = {
  unknownAccount: entry<{ name: string; known: readonly string[] }>({
    code: 'KT201',
    title: 'no such account',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ name, known }) =>
      `There is no account "${name}". ` +
      (known.length > 0 ? `The accounts are: ${known.join(', ')}.` : 'There are no accounts yet.'),
    state: 'Nothing was done.',
    hint: ({ name }) => `keyturn account add ${name}`,
    byItself: 'nothing: it is told before anything is begun',
    example: { name: 'wrok', known: ['home', 'work'] },
  }),
  accountExists: entry<{ name: string }>({
    code: 'KT202',
    title: 'the account exists already',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ name }) => `There is an account "${name}" already.`,
    state: 'The account was left as it is.',
    hint: ({ name }) => `keyturn account remove ${name}, or choose another name`,
    byItself: 'nothing: an account is never replaced',
    example: { name: 'work' },
  }),
  badAccount: entry<{ path: string; problems: readonly string[] }>({
    code: 'KT203',
    title: 'wrong account settings',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ path, problems }) => `The account file ${path} cannot be used: ${problems.join('; ')}.`,
    state: 'The file was left as it is; other accounts are not affected.',
    hint: ({ path }) => `Correct ${path}, or move it away and run: keyturn account add`,
    byItself: 'renews the other accounts; this one is told of by every run until its file is right',
    example: {
      path: '/home/me/.local/share/keyturn/accounts/work/account.json',
      problems: ['enabled is not true or false'],
    },
  }),
  badAccountValue: entry<{ name: string; problems: readonly string[] }>({
    code: 'KT204',
    title: 'an account setting is wrong',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ name, problems }) => `The account "${name}" cannot be saved: ${problems.join('; ')}.`,
    state: 'Nothing was saved.',
    hint: 'keyturn account add --help',
    byItself: 'nothing: it is told before anything is saved',
    example: { name: 'work', problems: ['proxy is not a proxy URL such as http://host:8080 or socks5://host:1080'] },
  }),
  notRemovable: entry<{ path: string }>({
    code: 'KT205',
    title: 'the account folder is a link',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ path }) =>
      `${path} is a symbolic link or not a folder. Removing what it points to could remove somebody else's files.`,
    state: 'Nothing was removed.',
    hint: ({ path }) => `rm ${shellWord(path)}`,
    byItself: 'nothing: what a link points to is never removed',
    example: { path: '/home/me/.local/share/keyturn/accounts/work' },
  }),

  looseMode: entry<{ path: string; mode: string; wanted: string; isFolder: boolean }>({
    code: 'KT210',
    title: 'others can read private files',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ path, mode, isFolder }) =>
      `${path} has mode ${mode}: other users of this machine can read or change ${isFolder ? 'what is in it' : 'it'}, and it holds secrets.`,
    state: 'It was neither used nor changed.',
    hint: ({ path, wanted }) => `chmod ${wanted} ${shellWord(path)}`,
    byItself: 'nothing: it refuses the file with every run, as ssh does, and changes no mode by itself',
    example: {
      path: '/home/me/.local/share/keyturn/accounts/work/key.json',
      mode: '0644',
      wanted: '600',
      isFolder: false,
    },
  }),
  sharedFolder: entry<{ path: string; mode: string }>({
    code: 'KT211',
    title: 'the state folder is shared',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ path, mode }) =>
      `${path} has mode ${mode}: it is a folder that many users share, so keyturn keeps no secrets in it.`,
    state: 'It was neither used nor changed.',
    hint: ({ path }) => `export KEYTURN_HOME=${shellWord(`${path}/keyturn`)}`,
    byItself: 'nothing: it never uses a folder that many users share',
    example: { path: '/tmp', mode: '1777' },
  }),
  foreignOwner: entry<{ path: string; owner: number; self: number }>({
    code: 'KT212',
    title: 'private files of another user',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ path, owner, self }) =>
      `${path} belongs to user id ${owner}, but keyturn runs as user id ${self}. Run keyturn as the user who set it up, or hand the file over.`,
    state: 'It was neither used nor changed.',
    hint: ({ path, self }) => `sudo chown -R ${self} ${shellWord(path)}`,
    byItself: 'nothing: it refuses them with every run',
    example: { path: '/home/me/.local/share/keyturn/accounts/work/key.json', owner: 0, self: 1000 },
  }),
  notAPlainFile: entry<{ path: string; found: string }>({
    code: 'KT213',
    title: 'not a plain file',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ path, found }) => `${path} is ${found}, where keyturn keeps a file of its own.`,
    state: 'It was neither used nor changed.',
    hint: ({ path }) => `ls -ld ${shellWord(path)}`,
    byItself: 'nothing: it refuses what is there with every run, and removes nothing',
    example: { path: '/home/me/.local/share/keyturn/accounts/work/key.json', found: 'a folder' },
  }),
  cannotWrite: entry<{ path: string; reason: string }>({
    code: 'KT214',
    title: 'a file cannot be written',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ path, reason }) => `${path} could not be written: ${reason}.`,
    state: 'The file that was there before is untouched, and no half-written file was left.',
    hint: ({ path }) => `df -h ${shellWord(folderOf(path))}; ls -ld ${shellWord(folderOf(path))}`,
    byItself: 'rotates nothing whose record cannot be written first; tries again with the next run',
    example: { path: '/home/me/.local/share/keyturn/accounts/work/key.json', reason: 'the disk is full' },
  }),
  cannotRead: entry<{ path: string; reason: string }>({
    code: 'KT215',
    title: 'a file cannot be read',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ path, reason }) => `${path} could not be read: ${reason}.`,
    state: 'Nothing was changed.',
    hint: ({ path }) => `ls -ld ${shellWord(path)}`,
    byItself: 'tries again with the next run',
    example: {
      path: '/home/me/.local/share/keyturn/accounts/work/key.json',
      reason: 'this user may not read it or look into its folder',
    },
  }),
  damaged: entry<{ path: string; problems: readonly string[] }>({
    code: 'KT216',
    title: 'a damaged file',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ path, problems }) =>
      `${path} is damaged and no good copy of it is left: ${problems.join('; ')}. It may have been cut off by a full disk or changed by hand.`,
    state: 'It was neither used nor changed; other accounts are not affected.',
    hint: ({ path }) => `mv ${shellWord(path)} ${shellWord(`${path}.damaged`)}, then run the same command again`,
    byItself:
      'renews the other accounts; a damaged file is never overwritten, and one that has to be written anew is moved aside first',
    example: { path: '/home/me/.local/share/keyturn/accounts/work/key.json', problems: ['version is missing'] },
  }),

  brokenHistory: entry<{ account: string; path: string; line: number; problem: string }>({
    code: 'KT217',
    title: 'the history was changed',
    exitCode: 1,
    next: 'fix-settings',
    byItself: 'goes on adding events',
    message: ({ path, line, problem }) => `${path} is not as keyturn wrote it: line ${line}: ${problem}.`,
    state: 'The file was not changed; new events are still added to it. Keys and renewals do not depend on it.',
    hint: ({ account, path }) =>
      `keyturn history ${account} --json > history-copy.jsonl; mv ${shellWord(path)} ${shellWord(`${path}.changed`)}`,
    example: {
      account: 'work',
      path: '/home/me/.local/share/keyturn/accounts/work/history.jsonl',
      line: 6,
      problem: 'the line before it was changed, added or removed',
    },
  }),

  locked: entry<{ account: string; holder: string }>({
    code: 'KT220',
    title: 'another run holds the account',
    exitCode: 4,
    next: 'try-later',
    message: ({ account, holder }) => `Another keyturn run holds the account "${account}": ${holder}.`,
    state: 'This run did nothing; the other one goes on.',
    hint: 'keyturn status, or run the same command with --wait-lock 5m',
    byItself: 'the run that holds the account goes on; the next run finds what it has done',
    example: { account: 'work', holder: 'keyturn refresh (pid 4711 on host-1), running for 12s' },
  }),
  lockedByPerson: entry<{ account: string; holder: string }>({
    code: 'KT221',
    title: 'another run waits for a person',
    exitCode: 4,
    next: 'ask-person',
    message: ({ account, holder }) => `Another keyturn run holds the account "${account}": ${holder}.`,
    state: 'This run did nothing; the other one goes on as soon as its question is answered.',
    hint: ({ account }) => `keyturn unblock ${account}`,
    byItself: 'the run that holds the account goes on as soon as its owner answers; the key in use stays usable',
    example: {
      account: 'work',
      holder: 'keyturn refresh (pid 4711 on host-1), running for 12m, waiting for a person since 14:05 (10m ago)',
    },
  }),
  lockLost: entry<{ account: string; holder: string }>({
    code: 'KT222',
    title: 'another run took the account over',
    exitCode: 4,
    next: 'try-later',
    message: ({ account, holder }) =>
      `This machine or this run stood still for so long that another run took the account "${account}" over: ${holder}.`,
    state:
      'This run stopped where it was; a new key that it had seen is on disk, and the other run goes on from there.',
    hint: 'keyturn status',
    byItself: 'the other run goes on; the next run finds what it has done',
    example: { account: 'work', holder: 'keyturn refresh (pid 12 on host-2), running for 40s' },
  }),

  badImport: entry<{ path: string; problems: readonly string[] }>({
    code: 'KT230',
    title: 'the secrets file cannot be imported',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ path, problems }) =>
      `${path} cannot be imported:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    state: 'Nothing was imported, and the file was left as it is.',
    hint: 'keyturn account import --help',
    byItself: 'nothing: it is told before anything is saved',
    example: { path: '/home/me/secrets.json', problems: ['cookie is missing'] },
  }),
};

function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, '') || '/';
}
