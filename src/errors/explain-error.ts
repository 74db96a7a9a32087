import type { ExplainedError } from './catalogue.js';

const nextSteps = {
  'try-later': 'try again later',
  'ask-person': 'a person is needed',
  'fix-settings': 'something has to be corrected',
  'report-bug': 'report it',
} as const;

/** The text of `keyturn explain` for one error. */
export function explainError(error: ExplainedError): string {
  return `${error.code}: ${error.title}

For instance:
${indented(printed(error))}

Exit code ${error.exitCode}: ${nextSteps[error.next]}.
keyturn by itself: ${error.byItself}.
`;
}

/** `docs/errors.md`: the whole catalogue as Markdown. */
export function errorsDocument(catalogue: readonly ExplainedError[]): string {
  const sections = catalogue.map(
    (error) => `## ${error.code}: ${error.title}

\`\`\`text
${printed(error)}
\`\`\`

- Exit code ${error.exitCode}: ${nextSteps[error.next]}.
- keyturn by itself: ${error.byItself}.
`,
  );
  return `# Errors

Every error has a code that never changes, and says what happened and why, how things were left, and the one command to run next. Below, each stands as the terminal shows it, with made-up names; then what a script sees of it, and what keyturn does about it without your help. \`keyturn explain CODE\` prints the same.

This page is made from the catalogue in \`src/errors\` by \`npm run docs\`.

${sections.join('\n')}`;
}

function printed({ code, message, state, hint }: ExplainedError): string {
  return `error ${message} [${code}]\n  ${state}\n  next: ${hint}`;
}

function indented(text: string): string {
  return text.replace(/^/gm, '  ');
}
