import { shellWord } from './shell-word.js';
import { same, untranslated } from './text.js';

export const secretsErrorTexts = {
  noKeychain: ({ reason }: { reason: string }) => ({
    message: untranslated(
      `This machine, or this session of it, has no keychain that keyturn can use: ${reason}. On Linux it takes a Secret Service ` +
        '(GNOME Keyring, KWallet) on the D-Bus of your session, which servers and cron jobs lack; a passphrase file works there. ' +
        'Where the records are encrypted with a keychain already, run the next command from a session that has it.',
    ),
    state: untranslated('Nothing was changed at the site or on the disk.'),
    hint: same('keyturn secrets encrypt --passphrase-file PATH'),
  }),
  keychainRefused: ({ reason }: { reason: string }) => ({
    message: untranslated(`The keychain that holds the key to keyturn's records did not give it out: ${reason}.`),
    state: untranslated('No key was rotated, and nothing was changed on the disk.'),
    hint: same('Unlock the keychain (sign in at the desktop), then: keyturn secrets status'),
  }),
  notInKeychain: ({ recipient }: { recipient: string }) => ({
    message: untranslated(
      `The keychain has no entry "${recipient}" of the service "keyturn", or another value in it. Without it the encrypted records cannot be read. ` +
        'The key of a home that was copied from another machine or another user is in the keychain there.',
    ),
    state: untranslated('The encrypted records were left as they are.'),
    hint: same(
      'keyturn secrets status; or, where the records are lost, sign in anew: mv the account folder away and keyturn account add',
    ),
  }),
  badPassphraseFile: ({ path, problem, isLoose }: { path?: string; problem: string; isLoose: boolean }) => ({
    message: untranslated(
      path === undefined
        ? `There is no passphrase file: ${problem}.`
        : `The passphrase file ${path} cannot be used: ${problem}.`,
    ),
    state: untranslated('Nothing was changed at the site or on the disk.'),
    hint: same(
      path === undefined
        ? 'keyturn config set secrets.passphraseFile /path/to/the/file'
        : isLoose
          ? `chmod 600 ${shellWord(path)}`
          : `ls -l ${shellWord(path)}`,
    ),
  }),
  changeInProgress: ({ home, holder }: { home: string; holder: string }) => ({
    message: untranslated(`The encryption of ${home} is being changed by another run: ${holder}.`),
    state: untranslated('This run did nothing; the other one goes on.'),
    hint: same('keyturn secrets status'),
  }),
  wrongPassphrase: ({ what, from }: { what: string; from?: string }) => ({
    message: untranslated(
      `${from === undefined ? 'The passphrase' : `The passphrase in ${from}`} does not open ${what}.`,
    ),
    state: untranslated('Nothing was changed; what is encrypted was left as it is.'),
    hint: same(
      from === undefined
        ? 'Run the same command with the right passphrase'
        : 'keyturn config get secrets.passphraseFile',
    ),
  }),
  unknownKey: ({ path, recipient }: { path: string; recipient: string }) => ({
    message: untranslated(
      `${path} is encrypted for ${recipient}, which this home's identity.json does not name. The file, or identity.json, comes from another home or from an old backup.`,
    ),
    state: untranslated('It was left as it is.'),
    hint: same('keyturn secrets status'),
  }),
  badExport: ({ path, problem }: { path: string; problem: string }) => ({
    message: untranslated(`${path} cannot be imported: ${problem}.`),
    state: untranslated('Nothing was imported, and the file was left as it is.'),
    hint: same('keyturn account export NAME --encrypted, on the other machine'),
  }),
  unsettledRotation: ({ account }: { account: string }) => ({
    message: untranslated(
      `A rotation of "${account}" was interrupted, so which key is the current one is not known yet.`,
    ),
    state: untranslated('Nothing was exported.'),
    hint: same(`keyturn refresh ${account}`),
  }),
  plainRecord: ({ path, inKeychain }: { path: string; inKeychain: boolean }) => ({
    message: untranslated(
      `${path} is in the clear, but the records of this home are encrypted. The file comes from a backup, or another program wrote it. ` +
        'If you trust it, the next command encrypts it as it is.',
    ),
    state: untranslated('It was neither used nor changed.'),
    hint: same(`keyturn secrets encrypt ${inKeychain ? '--keychain' : '--passphrase-file'}`),
  }),
  oldEncryption: () => ({
    message: untranslated(
      'The records of this home were encrypted by keyturn 0.1.0, whose format later versions do not read. ' +
        'Decrypt them with the keyturn 0.1.0 that wrote them; then this version can encrypt them again.',
    ),
    state: untranslated('Nothing was changed.'),
    hint: same('keyturn secrets decrypt, with keyturn 0.1.0'),
  }),
};
