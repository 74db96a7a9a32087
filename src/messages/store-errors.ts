import { shellWord } from './shell-word.js';
import { same, untranslated } from './text.js';

function folderOf(path: string): string {
  return path.replace(/[\\/][^\\/]*$/, '') || '/';
}

export const storeErrorTexts = {
  unknownAccount: ({ name, known }: { name: string; known: readonly string[] }) => ({
    message: untranslated(
      `There is no account "${name}". ` +
        (known.length > 0 ? `The accounts are: ${known.join(', ')}.` : 'There are no accounts yet.'),
    ),
    state: untranslated('Nothing was done.'),
    hint: same(`keyturn account add ${name}`),
  }),
  accountExists: ({ name }: { name: string }) => ({
    message: untranslated(`There is an account "${name}" already.`),
    state: untranslated('The account was left as it is.'),
    hint: same(`keyturn account remove ${name}, or choose another name`),
  }),
  badAccount: ({ path, problems }: { path: string; problems: readonly string[] }) => ({
    message: untranslated(`The account file ${path} cannot be used: ${problems.join('; ')}.`),
    state: untranslated('The file was left as it is; other accounts are not affected.'),
    hint: same(`Correct ${path}, or move it away and run: keyturn account add`),
  }),
  badAccountValue: ({ name, problems }: { name: string; problems: readonly string[] }) => ({
    message: untranslated(`The account "${name}" cannot be saved: ${problems.join('; ')}.`),
    state: untranslated('Nothing was saved.'),
    hint: same('keyturn account add --help'),
  }),
  notRemovable: ({ path }: { path: string }) => ({
    message: untranslated(
      `${path} is a symbolic link or not a folder. Removing what it points to could remove somebody else's files.`,
    ),
    state: untranslated('Nothing was removed.'),
    hint: same(`rm ${shellWord(path)}`),
  }),
  looseMode: ({ path, mode, isFolder, wanted }: { path: string; mode: string; wanted: string; isFolder: boolean }) => ({
    message: untranslated(
      `${path} has mode ${mode}: other users of this machine can read or change ${isFolder ? 'what is in it' : 'it'}, and it holds secrets.`,
    ),
    state: untranslated('It was neither used nor changed.'),
    hint: same(`chmod ${wanted} ${shellWord(path)}`),
  }),
  sharedFolder: ({ path, mode }: { path: string; mode: string }) => ({
    message: untranslated(
      `${path} has mode ${mode}: it is a folder that many users share, so keyturn keeps no secrets in it.`,
    ),
    state: untranslated('It was neither used nor changed.'),
    hint: same(`export KEYTURN_HOME=${shellWord(`${path}/keyturn`)}`),
  }),
  foreignOwner: ({ path, owner, self }: { path: string; owner: number; self: number }) => ({
    message: untranslated(
      `${path} belongs to user id ${owner}, but keyturn runs as user id ${self}. Run keyturn as the user who set it up, or hand the file over.`,
    ),
    state: untranslated('It was neither used nor changed.'),
    hint: same(`sudo chown -R ${self} ${shellWord(path)}`),
  }),
  notAPlainFile: ({ path, found }: { path: string; found: string }) => ({
    message: untranslated(`${path} is ${found}, where keyturn keeps a file of its own.`),
    state: untranslated('It was neither used nor changed.'),
    hint: same(`ls -ld ${shellWord(path)}`),
  }),
  cannotWrite: ({ path, reason }: { path: string; reason: string }) => ({
    message: untranslated(`${path} could not be written: ${reason}.`),
    state: untranslated('The file that was there before is untouched, and no half-written file was left.'),
    hint: same(`df -h ${shellWord(folderOf(path))}; ls -ld ${shellWord(folderOf(path))}`),
  }),
  cannotRead: ({ path, reason }: { path: string; reason: string }) => ({
    message: untranslated(`${path} could not be read: ${reason}.`),
    state: untranslated('Nothing was changed.'),
    hint: same(`ls -ld ${shellWord(path)}`),
  }),
  damaged: ({ path, problems }: { path: string; problems: readonly string[] }) => ({
    message: untranslated(
      `${path} is damaged and no good copy of it is left: ${problems.join('; ')}. It may have been cut off by a full disk or changed by hand.`,
    ),
    state: untranslated('It was neither used nor changed; other accounts are not affected.'),
    hint: same(`mv ${shellWord(path)} ${shellWord(`${path}.damaged`)}, then run the same command again`),
  }),
  locked: ({ account, holder }: { account: string; holder: string }) => ({
    message: untranslated(`Another keyturn run holds the account "${account}": ${holder}.`),
    state: untranslated('This run did nothing; the other one goes on.'),
    hint: same('keyturn status, or run the same command with --wait-lock 5m'),
  }),
  lockedByPerson: ({ account, holder }: { account: string; holder: string }) => ({
    message: untranslated(`Another keyturn run holds the account "${account}": ${holder}.`),
    state: untranslated('This run did nothing; the other one goes on as soon as its question is answered.'),
    hint: same(`keyturn unblock ${account}`),
  }),
  lockLost: ({ account, holder }: { account: string; holder: string }) => ({
    message: untranslated(
      `This machine or this run stood still for so long that another run took the account "${account}" over: ${holder}.`,
    ),
    state: untranslated(
      'This run stopped where it was; a new key that it had seen is on disk, and the other run goes on from there.',
    ),
    hint: same('keyturn status'),
  }),
  badImport: ({ path, problems }: { path: string; problems: readonly string[] }) => ({
    message: untranslated(`${path} cannot be imported:\n${problems.map((problem) => `  ${problem}`).join('\n')}`),
    state: untranslated('Nothing was imported, and the file was left as it is.'),
    hint: same('keyturn account import --help'),
  }),
};
