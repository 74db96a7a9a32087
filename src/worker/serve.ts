import { ensureDisplay, type Display } from '../browser/display.js';
import { loadPlaywright } from '../browser/launch-browser.js';
import { HeldKeys } from '../core/held-keys.js';
import { done } from '../core/outcome.js';
import { attemptHere } from '../core/renew-account.js';
import { Renewal } from '../core/renewal.js';
import { signIn } from '../core/sign-in.js';
import { durationText } from '../lib/duration.js';
import { progressTexts, type Step } from '../messages/progress.js';
import { describeChallenge } from '../core/challenge-names.js';
import { pressGraceMs } from '../core/rotation.js';
import { openWorkerAccount } from './container.js';
import { openLine, type LinePort } from './line.js';
import type { RenewEnd, RenewOrder, SignInEnd, SignInOrder } from './orders.js';

/** Carries out the one order of the supervisor that started this process. `isHeaded`: it wants a visible browser. */
export function serveWorker({ isHeaded }: { readonly isHeaded: boolean }): void {
  const ending = new AbortController();
  const { signal } = ending;
  let opened: Awaited<ReturnType<typeof openWorkerAccount>> | undefined;
  let display: Promise<Display> | undefined;
  const takeDisplay = () => {
    const taken = display;
    display = undefined;
    return taken;
  };
  const line = openLine(supervisor, {
    renew: async (order: RenewOrder): Promise<RenewEnd> => {
      const account = (opened = await openWorkerAccount(order, { line, signal, takeDisplay }));
      const deps = account.deps({
        onNeeded: (challenge) => account.say(progressTexts.browserWaits(describeChallenge(challenge))),
        onCleared: () => account.say(progressTexts.cleared),
      });
      const keys = await HeldKeys.read(deps.store, deps.requireHeld);
      const renewal = new Renewal(order.options, order.canAskCode ? deps : { ...deps, askCode: undefined }, keys);
      const { dismissed, isClockMeasured, isRecordDoubtful } = order;
      renewal.dismissed.push(...dismissed);
      Object.assign(renewal, { isClockMeasured, isRecordDoubtful });
      const result = await account.redacted(() => attemptHere(renewal, order.method));
      return { result: result.ok ? done(withoutKey(result.value)) : result, ...stateOf(renewal) };
    },
    signIn: async (order: SignInOrder): Promise<SignInEnd> => {
      const account = (opened = await openWorkerAccount(order, { line, signal, takeDisplay }));
      const { title } = account.profile;
      const deps = account.deps({
        onNeeded: ({ kind }) => account.say(progressTexts.loginWaits(title, durationText(order.waitMs), kind)),
        onCleared: () => account.say(progressTexts.signedIn),
      });
      const mayCreateKey = async () => (await line.call('mayCreateKey')) as boolean;
      const end = await account.redacted(() => signIn(order.options, { ...deps, mayCreateKey }));
      return end.kind === 'signed-in' ? { ...end, key: withoutKey(end.key) } : end;
    },
    abort: async () => {
      await opened?.pressSettled(pressGraceMs);
      ending.abort(new Error('the supervisor ends this worker'));
    },
  });
  // A private display starts while Playwright is loaded, and that while the order is on its way.
  const onStep = (step: Step) => line.notify('step', { method: 'headed', step });
  if (isHeaded) display = ensureDisplay({ env: process.env, log: onStep });
  display?.catch(() => undefined);
  loadPlaywright();
}

/** Without its supervisor a worker must not press anything. Its end closes the pipe to the browser, which then ends, too. */
const supervisor: LinePort = {
  send: (message) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
  },
  onMessage: (handle) => void process.on('message', handle),
  onClosed: (handle) => {
    process.on('disconnect', () => {
      handle();
      process.kill(process.pid, 'SIGKILL');
    });
  },
};

const stateOf = ({ isClockMeasured, handoff }: Renewal) => ({ isClockMeasured, handoff });

/** A key never crosses the channel: the supervisor reads it from the record. */
function withoutKey<T extends object>(result: T): T {
  if (!('key' in result) || typeof result.key !== 'object') return result;
  return { ...result, key: { ...result.key, key: '' } };
}
