import { done, failed, type Attempt, type Method } from '../core/outcome.js';
import type { ConsoleSession, OpenConsoleOptions } from '../core/ports.js';
import { failureTexts } from '../messages/failures.js';
import type { Step } from '../messages/progress.js';
import { openHttpConsole } from '../site/http-console.js';
import { redactedErrors, redactedSession } from '../site/redacted-session.js';
import { verifier } from '../site/verify-key.js';
import { requireProxy } from './account/require-proxy.js';
import { openAccountFiles } from '../store/account-files.js';
import type { AccountConfig } from '../store/accounts.js';
import type { RunContext } from './run-context.js';

export type AccountContext = Readonly<Awaited<ReturnType<typeof openAccountContext>>>;

/** An account with its site, as far as no browser is needed. Rejects when the site profile cannot be used. */
export async function openAccountContext(run: RunContext, config: AccountConfig) {
  const { context, redactor } = run;
  const { keyName } = config;
  const files = openAccountFiles(run, config);
  const profile = await run.siteOf(config);
  redactor.addPattern(profile.key.pattern);
  const network = requireProxy(config, profile.baseUrl, context.env);
  const onStep = (method: Method, step: Step) => run.step(config.name, method, step);
  const checkpoints = files.checkpoints(profile.session.cookies);
  return {
    ...files,
    profile,
    onStep,
    readCheckpoint: checkpoints.read,
    verify: verifier(profile, config, { network, signal: context.signal }),
    /** Opens the method `http`. */
    openConsole: (options: Pick<OpenConsoleOptions, 'signal' | 'retries'>) =>
      redactedErrors(async (): Promise<Attempt<ConsoleSession>> => {
        const checkpoint = await checkpoints.read();
        if (!checkpoint) return failed({ kind: 'signed-out', detail: failureTexts.noSession });
        const session = openHttpConsole({
          ...options,
          profile,
          checkpoint,
          saveCheckpoint: checkpoints.save,
          network,
          keyName,
          redactor,
          onStep: (step) => onStep('http', step),
          log: files.log,
          now: context.clock.now,
        });
        const free = await run.siteSlot(profile.baseUrl);
        return done({ ...redactedSession(session, redactor), close: () => session.close().finally(free) });
      }, redactor),
  };
}
