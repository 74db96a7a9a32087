import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext } from 'playwright';
import { withDeadline } from '../lib/with-deadline.js';
import { dropOldFiles } from './drop-old-files.js';

const keptTraces = 3;
/** Less than the renewal leaves a worker for closing, together with the time of the browser. */
const stopTimeoutMs = 8_000;

/**
 * Records a Playwright trace. It has keys, cookies and page contents in clear. The result writes it to `file`, mode
 * 0600, and deletes all but the newest few traces in that folder; it never rejects, and a trace may be missing.
 */
export async function recordTrace(context: BrowserContext, file: string, isHeadless: boolean) {
  // A visible browser may send its pictures to a phone by a screencast, which the trace must not disturb.
  await context.tracing.start({ snapshots: true, screenshots: isHeadless });
  return async () => {
    try {
      await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
      // Playwright keeps the mode of a file that it overwrites.
      await writeFile(file, '', { mode: 0o600, flag: 'wx' });
      await withDeadline(context.tracing.stop({ path: file }), stopTimeoutMs, () => {
        throw new Error('the trace was not written in time');
      });
      await chmod(file, 0o600);
      await dropOldFiles(path.dirname(file), /^trace-.*\.zip$/, (_, place) => place >= keptTraces);
    } catch {
      // The browser is gone, or the disk is full.
      await rm(file, { force: true }).catch(() => undefined);
    }
  };
}
