import { expect, test } from '@playwright/test';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { commandParser, root } from '../../support/parse-command.js';

/** The texts that a string in the source may be; `work` takes the place of each value that it is given. */
function textsOf(node: ts.Node): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (!ts.isTemplateExpression(node)) return [];
  return node.templateSpans.reduce(
    (texts, { expression, literal }) => {
      const values = ts.isConditionalExpression(expression)
        ? [expression.whenTrue, expression.whenFalse].flatMap((value) => textsOf(value))
        : [];
      return texts.flatMap((text) =>
        (values.length > 0 ? values : ['work']).map((value) => text + value + literal.text),
      );
    },
    [node.head.text],
  );
}

/** The commands that a text tells its reader to run: what is in backticks, and what follows a colon. */
function commandsIn(text: string): string[] {
  const quoted = [...text.matchAll(/`keyturn ([^`]+)`/g)].map(([, words]) => words);
  const last = /(?:run|运行|执行)[^:：]*[:：] ?keyturn ([^`\n]+)$/.exec(text)?.[1];
  return [...quoted, last].filter((words) => words !== undefined);
}

/** A string that is a command as a whole. Where `messages/` has such a text, it may be a sentence about keyturn. */
const wholeIn = (node: ts.Node): string[] =>
  textsOf(node).flatMap((text) => (/^keyturn [a-z][^;]*$/.test(text) ? [text.slice('keyturn '.length)] : []));

test('every command in a hint, a card or a message is one that the command line takes', async () => {
  const parse = commandParser();
  const problems: string[] = [];
  let count = 0;
  const files = await readdir(new URL('src', root), { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.ts'))) {
    const source = ts.createSourceFile(
      file,
      await readFile(join(root.pathname, 'src', file), 'utf8'),
      ts.ScriptTarget.Latest,
      true,
    );
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      found.push(...textsOf(node).flatMap(commandsIn), ...(file.startsWith('messages/') ? [] : wholeIn(node)));
      ts.forEachChild(node, visit);
    };
    visit(source);
    for (const command of found) {
      // The command itself is a value.
      if (/^(secrets )?work/.test(command)) continue;
      count += 1;
      const words = command
        .replace(/…|\.\.\.|\[[^\]]*\]|>.*/g, '')
        .trim()
        .split(/\s+/);
      await parse(words).catch((error: unknown) => {
        // `--help` follows the name of a command whose arguments were wrong.
        if (words.at(-1) === '--help' || String(error).includes('missing required argument')) return;
        problems.push(`${file}: keyturn ${command}: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
  }
  expect(problems).toEqual([]);
  expect(count).toBeGreaterThan(130);
});
