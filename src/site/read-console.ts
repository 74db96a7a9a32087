import { done, failed, type Attempt } from '../core/outcome.js';
import type { ConsoleReading } from '../core/ports.js';
import { pageTexts } from '../messages/failures.js';
import { clearChallenge } from './clear-challenge.js';
import { guardPage } from './guard-page.js';
import { openKeyPage } from './open-key-page.js';
import type { PageContext } from './page-context.js';
import { readPage } from './read-page.js';

/** Opens the key page, clears challenges where possible, and reads the key. */
export function readConsole(context: PageContext): Promise<Attempt<ConsoleReading>> {
  return guardPage(context, async () => {
    context.onStep('opening the key page');
    const failure = await openKeyPage(context);
    const left = failure && (await clearChallenge(context, failure, () => false));
    if (left) return failed(left);
    context.onStep('reading the key');
    const reading = await readKey(context);
    if (reading) {
      context.redactor.add(reading.key);
      return done({ ...reading, clockSkewMs: context.clockSkewMs });
    }
    return failed({ kind: 'drift', detail: pageTexts.noKeyShown });
  });
}

/** Reads the page's own request, completed by the visible page; the page alone when no answer fits the profile. */
async function readKey(context: PageContext): Promise<ConsoleReading | undefined> {
  const { section, answers } = context;
  if (section.read.response && !answers.read) await answers.next(2000);
  const deadline = performance.now() + 3000;
  for (;;) {
    const shown = await readPage(context);
    const { read } = answers;
    if (read?.kind === 'reading') {
      return {
        ...read.reading,
        key: read.reading.key ?? shown?.key,
        expiresAt: read.reading.expiresAt ?? shown?.expiresAt,
      };
    }
    // Some pages load the key with a later request.
    if (shown || performance.now() > deadline) return shown;
    await answers.next(200);
  }
}
