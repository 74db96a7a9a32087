import { readFile, readdir } from 'node:fs/promises';

const root = new URL('../../../', import.meta.url);

export interface Page {
  /** Relative to the root of the repository. */
  readonly file: string;
  readonly text: string;
}

/** Every page that a person reads, the generated ones too. */
export async function everyPage(): Promise<readonly Page[]> {
  const inDocs = (await readdir(new URL('docs/', root))).filter((name) => name.endsWith('.md'));
  const atRoot = ['README.md', 'README.zh-CN.md', 'CONTRIBUTING.md', 'SECURITY.md', 'profiles/README.md'];
  return Promise.all([...atRoot, ...inDocs.map((name) => `docs/${name}`)].map(readPage));
}

export async function readPage(file: string): Promise<Page> {
  return { file, text: await readFile(new URL(file, root), 'utf8') };
}

interface Fence {
  readonly language: string;
  readonly lines: readonly string[];
}

export function fencesOf({ text }: Page): readonly Fence[] {
  return [...text.matchAll(/^( *)```(\w*)\n([^]*?)^\1```$/gm)].map(([, , language = '', body = '']) => ({
    language,
    lines: body.split('\n').map((line) => line.trim()),
  }));
}

/** The lines that a person would type: of `sh` blocks, and of `console` blocks those with a prompt. */
export function shellLinesOf(page: Page): readonly string[] {
  return fencesOf(page).flatMap(({ language, lines }) => {
    if (language === 'sh')
      return lines.map((line) => line.replace(/(^|\s)#.*$/, '').trim()).filter((line) => line !== '');
    return language === 'console' ? lines.filter((line) => line.startsWith('$ ')).map((line) => line.slice(2)) : [];
  });
}

/** The text without its code blocks. */
export function proseOf({ text }: Page): string {
  return text.replace(/^( *)```\w*\n[^]*?^\1```$/gm, '');
}

/** Every command of one program on a page, as words without the program's name, from blocks and from inline code. */
export function commandsOf(page: Page, program: 'keyturn' | 'npm'): readonly (readonly string[])[] {
  const inline = [...proseOf(page).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  const start = new RegExp(`(?:^|[\\s(|&;])(?:npx )?${program}(?= )([^|&;<>)#]*)`, 'g');
  return [...shellLinesOf(page), ...inline].flatMap((line) =>
    [...line.matchAll(start)].map(([, rest = '']) => wordsOf(rest)),
  );
}

function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c ?? '');
}

/** The anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: Page): ReadonlySet<string> {
  const anchors = new Set<string>();
  for (const [, heading = ''] of proseOf(page).matchAll(/^#+ (.+)$/gm)) {
    const slug = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count += 1) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
