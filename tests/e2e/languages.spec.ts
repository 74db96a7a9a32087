import pLimit from 'p-limit';
import { expect, test, type World } from '../support/world.js';

const han = /\p{Script=Han}/u;

/** The lines that have words besides commands, flags, paths, names and numbers. */
const wordsIn = (text: string) =>
  text.split('\n').filter((line) => {
    if (/^\s*(\$|用法：)/.test(line)) return false;
    const rest = line
      .replace(/--?[a-z][\w-]*/gi, '')
      .replace(/[<[][^>\]]*[>\]]/g, '')
      .replace(/\S*[./:_=]\S*/g, '');
    return /[a-z]{2,}/i.test(rest);
  });

async function commandsOf(world: World, path: readonly string[] = []): Promise<readonly (readonly string[])[]> {
  const { stdout } = await world.cli(...path, '--help');
  const list = /^(?:Commands|命令)[:：]\n((?: {2}.+\n?)+)/m.exec(stdout)?.[1] ?? '';
  const names = [...list.matchAll(/^ {2}([a-z][\w-]*)/gm)]
    .map(([, name]) => name ?? '')
    .filter((name) => name !== 'help');
  const limit = pLimit(2);
  const below = await Promise.all(names.map((name) => limit(() => commandsOf(world, [...path, name]))));
  return [path, ...below.flat()];
}

const listings = [['status'], ['account', 'list'], ['config', 'list']] as const;

test('in Chinese, every line of help, status and lists has Chinese words', async ({ world }) => {
  test.slow();
  await world.cli('account', 'add', 'work');
  world.env['KEYTURN_LANGUAGE'] = 'zh';
  const commands = await commandsOf(world);
  expect(commands.length).toBeGreaterThan(30);
  for (const args of [...commands.map((path) => [...path, '--help']), ...listings]) {
    const { stdout } = await world.cli(...args);
    expect(
      wordsIn(stdout).filter((line) => !han.test(line)),
      args.join(' '),
    ).toEqual([]);
  }
});

test('in English, help, status and lists have no Chinese', async ({ world }) => {
  test.slow();
  await world.cli('account', 'add', 'work');
  world.env['KEYTURN_LANGUAGE'] = 'en';
  for (const args of [...(await commandsOf(world)).map((path) => [...path, '--help']), ...listings]) {
    expect((await world.cli(...args)).stdout, args.join(' ')).not.toMatch(han);
  }
});
