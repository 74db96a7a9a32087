import { shellWord } from './shell-word.js';
import { same, untranslated } from './text.js';

function said(output: string): string {
  const last = output.trim().split('\n').at(-1)?.trim() ?? '';
  return last === '' ? '' : `; its last words: ${last.slice(0, 200)}`;
}

export const deliveryErrorTexts = {
  notReady: ({ problems, keyState, account }: { account: string; problems: readonly string[]; keyState: string }) => ({
    message: untranslated(
      `A rotation ends the old key at once, and the new one could not be put where it is read: ${problems.join('; ')}.`,
    ),
    state: untranslated(`Nothing was rotated. ${keyState}`),
    hint: same(`keyturn deliver ${account} --check`),
  }),
  unusableFile: ({
    target,
    path,
    problem,
    account,
  }: {
    account: string;
    target: string;
    path: string;
    problem: string;
  }) => ({
    message: untranslated(`${target}: ${path} ${problem}.`),
    state: untranslated('The file was left as it is.'),
    hint: same(`keyturn account target list ${account}`),
  }),
  notWritable: ({ target, path, reason }: { target: string; path: string; reason: string }) => ({
    message: untranslated(`${target}: ${path} cannot be written: ${reason}.`),
    state: untranslated('The file was left as it is.'),
    hint: same(`ls -ld ${shellWord(path)} ${shellWord(path.replace(/[\\/][^\\/]*$/, '') || '/')}`),
  }),
  commandFailed: ({
    target,
    program,
    how,
    output,
    account,
  }: {
    account: string;
    target: string;
    program: string;
    how: string;
    output: string;
  }) => ({
    message: untranslated(`${target}: ${program} ${how}${said(output)}.`),
    state: untranslated('The key was handed to it; what it did with it is not known.'),
    hint: same(`keyturn deliver ${account}`),
  }),
  undelivered: ({
    problems,
    held,
    account,
  }: {
    account: string;
    problems: readonly string[];
    held: readonly string[];
  }) => ({
    message: untranslated(`The current key has not reached every target: ${problems.join('; ')}.`),
    state: untranslated(
      `The key is safe in keyturn${held.length > 0 ? ` and was delivered to ${held.join(', ')}` : ''}. ` +
        'Later runs try again by themselves and rotate nothing for it; until then these consumers hold an old key.',
    ),
    hint: same(`keyturn deliver ${account}`),
  }),
  hookFailed: ({
    event,
    program,
    how,
    output,
    account,
  }: {
    account: string;
    event: string;
    program: string;
    how: string;
    output: string;
  }) => ({
    message: untranslated(`The hook "${event}" failed: ${program} ${how}${said(output)}.`),
    state: untranslated(
      event === 'renewed'
        ? 'The key is in place; later runs run the hook again.'
        : 'It changed nothing about the renewal.',
    ),
    hint: same(`keyturn account hook list ${account}`),
  }),
  unknownTarget: ({ account, name, known }: { account: string; name: string; known: readonly string[] }) => ({
    message: untranslated(
      `The account "${account}" has no "${name}". ` +
        (known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has none yet.'),
    ),
    state: untranslated('Nothing was changed.'),
    hint: same(`keyturn account target list ${account}`),
  }),
  targetExists: ({ account, name, why }: { account: string; name: string; why: string }) => ({
    message: untranslated(`The account "${account}" ${why} "${name}".`),
    state: untranslated('Nothing was changed.'),
    hint: same(`keyturn account target remove ${account} ${name}, or choose another --name`),
  }),
  noTargets: ({ account }: { account: string }) => ({
    message: untranslated(`The account "${account}" has no delivery target.`),
    state: untranslated('Nothing was done.'),
    hint: same(`keyturn account target add ${account} env ./.env`),
  }),
};
