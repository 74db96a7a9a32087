import type { ProcessContext } from '../../app/process-context.js';
import type { Progress } from '../../app/progress.js';
import { paint } from './paint.js';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/** One live line per account on a terminal, plain lines elsewhere. */
export async function openProgress(context: ProcessContext, { quiet = false } = {}): Promise<Progress> {
  const { stderr, env } = context;
  // A terminal of unknown size, as `script` or a container may give one, has 0 columns: a live line would show nothing.
  const isLive = stderr.isTTY === true && (stderr.columns ?? 0) > 0 && env['TERM'] !== 'dumb';
  if (isLive && !quiet) return liveProgress(context);
  const last = new Map<string, string>();
  const nothing = () => undefined;
  return {
    step: (account, method, step) => {
      const line = `${account}: ${method}: ${step}`;
      if (!quiet && last.get(account) !== line) stderr.write(`${line}\n`);
      last.set(account, line);
    },
    done: (account) => void last.delete(account),
    say: (line) => void stderr.write(`${line}\n`),
    pause: nothing,
    resume: nothing,
    close: nothing,
  };
}

async function liveProgress({ stderr, env }: ProcessContext): Promise<Progress> {
  const { createLogUpdate } = await import('log-update');
  const update = createLogUpdate(stderr);
  const color = paint(stderr, env);
  const current = new Map<string, string>();
  let frame = 0;
  let isPaused = false;
  const draw = () => {
    if (isPaused) return;
    frame = (frame + 1) % frames.length;
    update(
      [...current]
        .map(([account, line]) => `${color.dim(frames[frame] ?? '')} ${color.bold(account)} ${line}`)
        .join('\n'),
    );
  };
  const timer = setInterval(draw, 100);
  timer.unref();
  return {
    step: (account, method, step) => {
      current.set(account, `${color.dim(method)} ${step}`);
      draw();
    },
    done: (account) => {
      current.delete(account);
      draw();
    },
    say: (line) => {
      update.clear();
      stderr.write(`${line}\n`);
      draw();
    },
    pause: () => {
      update.clear();
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      draw();
    },
    close: () => {
      clearInterval(timer);
      update.clear();
      update.done();
    },
  };
}
