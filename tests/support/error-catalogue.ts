import { appError, type AppError, type ErrorEntry } from '../../src/lib/app-error.js';
import { unforeseenErrors } from '../../src/cli/output/unforeseen-errors.js';
import { settingsErrors } from '../../src/lib/settings-errors.js';
import { cliErrors } from '../../src/app/cli-errors.js';
import { storeErrors } from '../../src/lib/store-errors.js';
import { browserErrors } from '../../src/browser/browser-errors.js';
import { siteErrors } from '../../src/site/site-errors.js';
import { feishuErrors } from '../../src/feishu/feishu-errors.js';
import { renewalErrors } from '../../src/core/renewal-errors.js';
import { takeoverErrors } from '../../src/takeover/takeover-errors.js';
import { secretsErrors } from '../../src/store/secrets/secrets-errors.js';
import { scheduleErrors } from '../../src/schedule/schedule-errors.js';
import { deliveryErrors } from '../../src/delivery/delivery-errors.js';
import { commandLineTexts } from '../../src/messages/command-line.js';
import type { Language } from '../../src/messages/text.js';
import { errorExamples } from './error-examples.js';

const groups = {
  unforeseenErrors,
  settingsErrors,
  cliErrors,
  storeErrors,
  browserErrors,
  siteErrors,
  feishuErrors,
  renewalErrors,
  takeoverErrors,
  secretsErrors,
  scheduleErrors,
  deliveryErrors,
};

/** Every error with the texts of its example, sorted by code. */
export const catalogue: readonly AppError[] = Object.entries(groups)
  .flatMap(([group, entries]) => {
    const examples: Readonly<Record<string, unknown>> = errorExamples[group as keyof typeof errorExamples];
    return Object.entries<ErrorEntry<never>>(entries).map(([name, entry]) => appError(entry, examples[name] as never));
  })
  .sort((a, b) => a.code.localeCompare(b.code));

const nextSteps = {
  'try-later': 'try again later',
  'ask-person': 'a person is needed',
  'fix-settings': 'something has to be corrected',
  'report-bug': 'report it',
} as const;

/** The text of docs/errors.md. */
export function errorsDocument(): string {
  const sections = catalogue.map(
    (error) => `## ${error.code}

\`\`\`text
${printed(error, 'en')}

${printed(error, 'zh')}
\`\`\`

Exit code ${error.exitCode}: ${nextSteps[error.next]}.
`,
  );
  return `# Errors

Every error has a code that never changes. It says what happened and why, in what state things were left, and one command to run next. Each error stands here as the terminal shows it in English and in Chinese, with made-up names.

\`npm run docs\` writes this page from the files \`*-errors.ts\` in \`src\`. A code that is missing here belongs to another version; it is never used for another error.

${sections.join('\n')}`;
}

function printed(error: AppError, language: Language): string {
  const { message, state, hint } = error.in(language);
  const { error: word, next } = commandLineTexts;
  return `${word[language]} ${message} [${error.code}]\n  ${state}\n  ${next[language]} ${hint}`;
}
