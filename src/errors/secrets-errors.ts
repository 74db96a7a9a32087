import { entry } from './app-error.js';
import { shellWord } from './shell-word.js';

/** KT92x: encryption of the files on this machine and of exported ones. */
export const secretsErrors = {
  noKeychain: entry<{ reason: string }>({
    code: 'KT920',
    title: 'no keychain here',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ reason }) =>
      `This machine, or this session of it, has no keychain that keyturn can use: ${reason}. On Linux it takes a Secret Service ` +
      '(GNOME Keyring, KWallet) on the D-Bus of your session, which servers and cron jobs lack; a passphrase file works there. ' +
      'Where the records are encrypted with a keychain already, run the next command from a session that has it.',
    state: 'Nothing was changed at the site or on the disk.',
    hint: 'keyturn secrets encrypt --passphrase-file PATH',
    byItself: 'the key is left as it is, and the next run tries again',
    example: { reason: 'no D-Bus session was found' },
  }),
  keychainRefused: entry<{ reason: string }>({
    code: 'KT921',
    title: 'the keychain is locked or says no',
    exitCode: 1,
    next: 'ask-person',
    message: ({ reason }) => `The keychain that holds the key to keyturn's records did not give it out: ${reason}.`,
    state: 'No key was rotated, and nothing was changed on the disk.',
    hint: 'Unlock the keychain (sign in at the desktop), then: keyturn secrets status',
    byItself: 'the key is left as it is, and the next run tries again',
    example: { reason: 'the unlock prompt was dismissed' },
  }),
  notInKeychain: entry<{ kid: string }>({
    code: 'KT922',
    title: 'the keychain has lost the key',
    exitCode: 1,
    next: 'fix-settings',
    message: ({ kid }) =>
      `The keychain has no entry "${kid}" of the service "keyturn", or another value in it. Without it the records that are encrypted with this key cannot be read. ` +
      'A home that was copied from another machine, or another user, has its key there.',
    state: 'The encrypted records were left as they are.',
    hint: 'keyturn secrets status; or, where the records are lost, sign in anew: mv the account folder away and keyturn account add',
    byItself: 'nothing until the key is there again; the encrypted records are left as they are',
    example: { kid: '0123456789abcdef' },
  }),
  badPassphraseFile: entry<{ path?: string; problem: string; isLoose: boolean }>({
    code: 'KT923',
    title: 'the passphrase file cannot be used',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ path, problem }) =>
      path === undefined
        ? `There is no passphrase file: ${problem}.`
        : `The passphrase file ${path} cannot be used: ${problem}.`,
    state: 'Nothing was changed at the site or on the disk.',
    hint: ({ path, isLoose }) =>
      path === undefined
        ? 'keyturn config set secrets.passphraseFile /path/to/the/file'
        : isLoose
          ? `chmod 600 ${shellWord(path)}`
          : `ls -l ${shellWord(path)}`,
    byItself: 'the key is left as it is, and the next run tries again',
    example: { path: '/etc/keyturn/passphrase', problem: 'there is no such file', isLoose: false },
  }),
  changeInProgress: entry<{ home: string; holder: string }>({
    code: 'KT924',
    title: 'encryption is being changed already',
    exitCode: 4,
    next: 'try-later',
    message: ({ home, holder }) => `The encryption of ${home} is being changed by another run: ${holder}.`,
    state: 'This run did nothing; the other one goes on.',
    hint: 'keyturn secrets status',
    byItself: 'the other run goes on',
    example: {
      home: '/home/me/.local/share/keyturn',
      holder: 'keyturn secrets encrypt (pid 4711 on host-1), running for 2s',
    },
  }),
  wrongPassphrase: entry<{ what: string; from?: string }>({
    code: 'KT925',
    title: 'the passphrase is another one',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ what, from }) =>
      `${from === undefined ? 'The passphrase' : `The passphrase in ${from}`} does not open ${what}.`,
    state: 'Nothing was changed; what is encrypted was left as it is.',
    hint: ({ from }) =>
      from === undefined
        ? 'Run the same command with the right passphrase'
        : 'keyturn config get secrets.passphraseFile',
    byItself: 'nothing until the right passphrase is there; what is encrypted is left as it is',
    example: { what: '/home/me/.local/share/keyturn', from: '/etc/keyturn/passphrase' },
  }),
  unknownKey: entry<{ path: string; kid: string }>({
    code: 'KT926',
    title: "encrypted with another home's key",
    exitCode: 1,
    next: 'fix-settings',
    message: ({ path, kid }) =>
      `${path} is encrypted with the key ${kid}, which this home's encryption.json does not list. The file, or encryption.json, comes from another home or from an old backup.`,
    state: 'It was left as it is.',
    hint: 'keyturn secrets status',
    byItself: 'nothing; the file is left as it is',
    example: { path: '/home/me/.local/share/keyturn/accounts/work/key.json', kid: '0123456789abcdef' },
  }),
  notEncrypting: entry({
    code: 'KT927',
    title: 'encryption is off',
    exitCode: 2,
    next: 'fix-settings',
    message: () => 'The records of this home are not encrypted, so there is no key to change.',
    state: 'Nothing was done.',
    hint: 'keyturn secrets encrypt --help',
    byItself: 'nothing',
  }),
  badExport: entry<{ path: string; problem: string }>({
    code: 'KT928',
    title: 'the account export cannot be used',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ path, problem }) => `${path} cannot be imported: ${problem}.`,
    state: 'Nothing was imported, and the file was left as it is.',
    hint: 'keyturn account export NAME --encrypted, on the other machine',
    byItself: 'nothing',
    example: { path: 'work.keyturn-account', problem: 'it was changed after it was written' },
  }),
  unsettledRotation: entry<{ account: string }>({
    code: 'KT929',
    title: 'a rotation is unfinished',
    exitCode: 1,
    next: 'try-later',
    message: ({ account }) =>
      `A rotation of "${account}" was interrupted, so which key is the current one is not known yet.`,
    state: 'Nothing was exported.',
    hint: ({ account }) => `keyturn refresh ${account}`,
    byItself: 'the next refresh settles the rotation',
    example: { account: 'work' },
  }),
};
