import type { Readable, Writable } from 'node:stream';
import { join } from 'node:path';
import { systemClock, type Clock } from '../lib/clock.js';
import type { Language } from '../messages/text.js';
import { resolveHome } from '../store/home.js';
import type { LazyListener } from './lazy-listener.js';
import { terminalLanguage } from './terminal-language.js';
import type { AnswerChannel, Notifier } from '../core/owner-ports.js';

/** What the command line takes from the process, so that no command reaches for it by itself. */
export interface ProcessContext {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  /** The folder that holds package.json and profiles/. */
  readonly packageFolder: string;
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly clock: Clock;
  /** The language of what is printed. Read again after the env file and at a reload. */
  language: Language;
  /** The program that the processes of `watch` run: this command line. */
  readonly entry: string;
  /** Aborted by the first SIGINT or SIGTERM; a second one ends the process at once. */
  readonly signal: AbortSignal;
  /** Takes SIGHUP for something else than an end; the result gives it back. */
  readonly onHangup: (handle: () => void) => () => void;
  /** The `keyturn watch` that runs this command, with its connection to Feishu. */
  readonly watch?: {
    readonly feishu?: { readonly channel: AnswerChannel; readonly notifier: Notifier };
    readonly listener: LazyListener;
  };
}

export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  constructor(readonly signalName: NodeJS.Signals) {
    super(`interrupted by ${signalName}`);
  }
}

/** The interruption that caused the error, if one did. */
export function interruptionOf(error: unknown): Interrupted | undefined {
  if (error instanceof Interrupted) return error;
  return error instanceof Error && error.cause instanceof Interrupted ? error.cause : undefined;
}

/** The real process. `dispose` takes the signal handlers off again, so that nothing keeps Node alive. */
export function systemContext(
  options: Pick<ProcessContext, 'packageFolder'> & Partial<Pick<ProcessContext, 'entry' | 'clock'>>,
): { context: ProcessContext; dispose: () => void } {
  const { packageFolder, entry = join(packageFolder, 'dist', 'bin.js'), clock = systemClock } = options;
  const controller = new AbortController();
  let hangup: (() => void) | undefined;
  const onSignal = (signalName: NodeJS.Signals) => {
    if (signalName === 'SIGHUP' && hangup) return hangup();
    if (!controller.signal.aborted) return controller.abort(new Interrupted(signalName));
    // Asked twice: die by the signal itself, which skips every clean-up.
    dispose();
    process.kill(process.pid, signalName);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  const dispose = () => {
    for (const name of signals) process.off(name, onSignal);
  };
  // A closed pipe (`keyturn status | head -1`) is the reader's choice, not an error.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  const context: ProcessContext = {
    env: process.env,
    cwd: process.cwd(),
    platform: process.platform,
    packageFolder,
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    clock,
    language: terminalLanguage(process.env, process.platform),
    entry,
    signal: controller.signal,
    onHangup: (handle) => {
      hangup = handle;
      return () => void (hangup = undefined);
    },
  };
  return { context, dispose };
}

export function homeOf(context: Pick<ProcessContext, 'env' | 'platform'>): string {
  return resolveHome(context.env, context.platform);
}
