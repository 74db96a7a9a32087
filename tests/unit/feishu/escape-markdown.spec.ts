import { expect, test } from '@playwright/test';
import { noticeCard, questionCard } from '../../../src/feishu/cards.js';
import { escapeMarkdown } from '../../../src/feishu/cards.js';
import { newQuestion } from '../../../src/core/new-question.js';
import { cardLines } from '../../simulator/feishu-card.js';
import { same } from '../../../src/messages/text.js';

/** The syntax of a card's markdown element, from Feishu's reference. */
const hostile = [
  '[click here](https://evil.example/login)',
  '<at id=all></at>',
  '![x](img_v3_0)',
  "<font color='red'>**bold** *italic* ~~gone~~ __bold__</font>",
  '<link icon="chat" url="https://evil.example">go</link>',
  '`code` and ```block```',
  '# heading',
  '- list',
  '+ list',
  '12. list',
  '> quote',
  '---',
  '===',
  '| a | b |',
  ':DONE: $x^2$ https://evil.example/login',
  'already &#60;at id=all&#62; &lt;b&gt; escaped \\*',
];

const contentsOf = (card: unknown): string[] =>
  typeof card !== 'object' || card === null
    ? []
    : [
        ...('tag' in card && card.tag === 'markdown' && 'content' in card ? [String(card.content)] : []),
        ...Object.values(card).flatMap(contentsOf),
      ];

for (const text of hostile) {
  test(`"${text}" is shown literally`, () => {
    expect(escapeMarkdown(text)).not.toMatch(/[[\]()<>*_~`|!$\\]|:\/\/|^\s*(?:[-+=#]|\d+\.)|&(?!#)/);
    const notice = noticeCard({ level: 'failure', account: 'work', siteTitle: text, title: 't', lines: [text] }, {});
    const question = questionCard(
      newQuestion({
        account: 'work',
        siteTitle: text,
        kind: 'login',
        detail: same(text),
        waitMs: 1000,
        runId: 'r',
        now: 0,
      }),
      { now: 0, hasButtons: true, isListening: true, reach: { way: 'desktop' } },
    );
    for (const card of [notice, question]) {
      expect(cardLines(card).join('\n')).toContain(text);
      for (const content of contentsOf(card)) expect(content).not.toContain(text);
    }
  });
}

test('a long line is cut before it is escaped', () => {
  const card = noticeCard(
    { level: 'failure', account: 'a', siteTitle: 's', title: 't', lines: ['*'.repeat(1000)] },
    {},
  );
  expect(
    contentsOf(card)
      .join('\n')
      .replace(/&#\d+;/g, ''),
  ).not.toMatch(/[&#]/);
});

test("only keyturn's own lines have markup, and a command is shown as code", () => {
  const lines = [
    { markdown: '[Open](https://own.example)' },
    { command: 'keyturn status' },
    { label: 'N*xt', command: 'a`b' },
  ];
  const content = contentsOf(
    noticeCard({ level: 'warning', account: 'a', siteTitle: 's', title: 't', lines }, {}),
  ).join('\n');
  expect(content).toContain('[Open](https://own.example)\n`keyturn status`\nN&#42;xt：a&#96;b');
});

test('a text from a site appears on one line, without control characters', () => {
  const lines = ['one\ntwo\u001b\u202e'];
  const card = noticeCard({ level: 'warning', account: 'a', siteTitle: 's', title: 'title\u202e', lines }, {});
  expect(cardLines(card).at(-1)).toBe('one two\\x1b\\u202e');
  expect(cardLines(card)[0]).toBe('title\\u202e');
});
