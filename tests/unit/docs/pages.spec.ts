import { expect, test } from '@playwright/test';
import { access } from 'node:fs/promises';
import { createProgram } from '../../../src/cli/program.js';
import { systemContext } from '../../../src/app/process-context.js';
import { parseSiteProfile } from '../../../src/site/parse-profile.js';
import { settingMeanings } from '../../../src/messages/settings.js';
import { settingsTable } from '../../../src/store/settings-table.js';
import { commandParser, root } from '../../support/parse-command.js';
import { anchorsOf, commandsOf, everyPage, fencesOf, proseOf, readPage, shellLinesOf } from './pages.js';

interface PackageFile {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const packageFile = async () => JSON.parse((await readPage('package.json')).text) as PackageFile;

test('every keyturn command on every page parses', async () => {
  const parse = commandParser();
  await expect(parse(['unblock', 'work', '--wait-lock', '5m'])).rejects.toThrow('unknown option');
  const problems: string[] = [];
  let count = 0;
  for (const page of await everyPage()) {
    // Lists of the usage of each command, and of what the schedule starts.
    if (page.file === 'docs/interface.md') continue;
    for (const words of commandsOf(page, 'keyturn')) {
      count += 1;
      await parse(words).catch((error: unknown) => {
        problems.push(
          `${page.file}: keyturn ${words.join(' ')}: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
    }
  }
  expect(problems).toEqual([]);
  expect(count).toBeGreaterThan(150);
});

test('every command is on a page', async () => {
  const { context, dispose } = systemContext({ packageFolder: root.pathname });
  dispose();
  const documented = (await everyPage())
    .filter(({ file }) => file !== 'docs/interface.md')
    .flatMap((page) => commandsOf(page, 'keyturn').map(([name]) => name));
  for (const command of (await createProgram(context, () => undefined)).commands)
    expect(documented).toContain(command.name());
});

test('every npm command on every page is one of package.json', async () => {
  const { scripts } = await packageFile();
  const builtIn = ['ci', 'install', 'link', 'test'];
  for (const page of await everyPage()) {
    if (page.file === 'docs/interface.md') continue;
    for (const [verb = '', script = ''] of commandsOf(page, 'npm')) {
      if (verb === 'run') expect(Object.keys(scripts), `${page.file}: npm run ${script}`).toContain(script);
      else expect(builtIn, `${page.file}: npm ${verb}`).toContain(verb);
    }
  }
});

test('every link between pages leads to a file, and to a heading of it', async () => {
  const problems: string[] = [];
  for (const page of await everyPage()) {
    for (const [, link = ''] of proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(link)) continue;
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? new URL(page.file, root) : new URL(path, new URL(page.file, root));
      const isThere = await access(target).then(
        () => true,
        () => false,
      );
      const file = decodeURIComponent(target.pathname.slice(root.pathname.length));
      if (!isThere) problems.push(`${page.file}: ${link}`);
      else if (anchor !== undefined && !anchorsOf(await readPage(file)).has(decodeURIComponent(anchor)))
        problems.push(`${page.file}: ${link} names no heading`);
    }
  }
  expect(problems).toEqual([]);
});

test('every page is linked from the README', async () => {
  const { text } = await readPage('README.md');
  const isLinked = ({ file }: { file: string }) => text.includes(`](${file})`) || /zh-CN|^README|^profiles/.test(file);
  expect((await everyPage()).filter((page) => !isLinked(page)).map(({ file }) => file)).toEqual([]);
});

test('the READMEs are short', async () => {
  for (const file of ['README.md', 'README.zh-CN.md'])
    expect((await readPage(file)).text.trimEnd().split('\n').length, file).toBeLessThanOrEqual(220);
});

for (const file of ['README.md', 'docs/getting-started.md', 'docs/feishu.md', 'docs/server.md']) {
  const chinese = file.replace('.md', '.zh-CN.md');
  test(`${chinese} has the commands, chapters, tables and pictures of ${file}`, async () => {
    const shapeOf = async (name: string) => {
      const page = await readPage(name);
      const prose = proseOf(page);
      return {
        commands: shellLinesOf(page),
        blocks: fencesOf(page).map(({ language }) => language),
        chapters: [...prose.matchAll(/^(#+) /gm)].map(([, level]) => level),
        rows: [...prose.matchAll(/^\|/gm)].length,
        pictures: [...prose.matchAll(/!\[[^\]]*\]\(([^)]+)\)/g)].map(([, picture]) => picture),
      };
    };
    expect(await shapeOf(chinese)).toEqual(await shapeOf(file));
    const name = (path: string) => path.split('/').at(-1) ?? '';
    expect((await readPage(file)).text).toContain(`[中文](${name(chinese)})`);
    expect((await readPage(chinese)).text).toContain(`[English](${name(file)})`);
  });
}

test('the site profile in the READMEs is valid', async () => {
  for (const file of ['README.md', 'README.zh-CN.md']) {
    const example = fencesOf(await readPage(file)).find(({ language }) => language === 'yaml');
    const text = /```yaml\n([^]*?)```/.exec((await readPage(file)).text)?.[1] ?? '';
    expect(example).toBeDefined();
    expect(parseSiteProfile(text, file).name).toBe('acme');
  }
});

/** The rows of a table, with trimmed cells. */
const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim())); // prettier-ignore

test('docs/settings.md has every setting with its variable, default and meaning', async () => {
  const { text } = await readPage('docs/settings.md');
  const table = text.split('<!-- settings -->')[1]?.split('<!-- /settings -->')[0] ?? '';
  const code = (value: unknown) => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
  expect(rowsOf(table)).toEqual(
    settingsTable.map((row) => [
      code(row.key),
      'env' in row && row.env ? code(row.env) : '',
      'default' in row ? code(row.default) : '',
      settingMeanings[row.key].en,
    ]),
  );
});

test('docs/dependencies.md lists every direct dependency, and no other', async () => {
  const { text } = await readPage('docs/dependencies.md');
  const [inPackage = '', forTests = ''] = text.split('## For tests and the build');
  const { dependencies, optionalDependencies = {}, devDependencies } = await packageFile();
  const namesIn = (part: string) => rowsOf(part).map(([name = '']) => name.replaceAll('`', ''));
  expect(namesIn(inPackage)).toEqual(Object.keys({ ...dependencies, ...optionalDependencies }).sort());
  expect(namesIn(forTests)).toEqual(Object.keys(devDependencies).sort());
  for (const [name, why] of rowsOf(text)) expect(why, name).not.toBe('');
});

test('every variable that a hook gets is in docs/delivery.md', async () => {
  const [{ text: list }, { text }] = [await readPage('docs/interface.md'), await readPage('docs/delivery.md')];
  const variables = new Set(
    [...list.matchAll(/^(?:before|deliver|failed|renewed): (KEYTURN_\w+)/gm)].map(([, name = '']) => name),
  );
  variables.delete('KEYTURN_HOME');
  expect(variables.size).toBeGreaterThan(8);
  for (const name of variables) expect(text).toContain(`\`${name}\``);
});
