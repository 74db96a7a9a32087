import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { ElementHandle, Frame, JSHandle, Page } from 'playwright';
import { longToken, redactUrl } from '../lib/redact.js';
import type { Redactor } from '../lib/redactor.js';
import { withDeadline } from '../lib/with-deadline.js';
import type { Evidence } from '../core/outcome.js';
import { redactInPage, type FrameRedaction } from './redact-in-page.js';

export interface EvidenceOptions {
  /** The account's folder for screenshots; created with mode 0700. */
  readonly folder: string;
  readonly name: string;
  /** Knows the values to hide, such as the account's keys. */
  readonly redactor: Redactor;
  readonly step?: string;
  /** Limit for the whole capture. Default: 8 s. */
  readonly timeoutMs?: number;
}

const keptPicturesMs = 7 * 86_400_000;
const attempts = 3;

/** Hides secrets, then restores the page. Never rejects: a picture may be missing. Deletes those older than 7 days. */
export async function captureEvidence(page: Page, options: EvidenceOptions): Promise<Evidence> {
  const facts: Evidence = {
    url: redactUrl(page.url()),
    ...(options.step === undefined ? {} : { step: options.redactor.text(options.step) }),
  };
  const deadline = new Deadline(options.timeoutMs ?? 8000);
  try {
    await dropOldPictures(options.folder);
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const picture = await redactedPicture(page, options.redactor, deadline);
      if (picture) return { ...facts, screenshotPath: await writePicture(options, picture) };
    }
  } catch {
    // The page is gone or stuck, or the folder is not writable. Evidence is optional.
  }
  return facts;
}

/** Returns a PNG, or undefined when the page changed during the screenshot. */
async function redactedPicture(page: Page, redactor: Redactor, deadline: Deadline): Promise<Buffer | undefined> {
  const restores: (() => Promise<unknown>)[] = [];
  let hasMoved = false;
  const onMove = () => (hasMoved = true);
  page.on('framenavigated', onMove);
  page.on('frameattached', onMove);
  try {
    const redactions: JSHandle<FrameRedaction>[] = [];
    for (const frame of page.frames()) {
      const redaction = await deadline.share(redactFrame(frame, redactor), 4);
      if (redaction) {
        redactions.push(redaction);
        restores.push(() => redaction.evaluate((it) => it.restore()));
      } else if (!frame.isDetached()) {
        const restore = await deadline.share(hideFrame(frame), 4);
        if (!restore) throw new Error('a frame could neither be redacted nor hidden');
        restores.push(restore);
      }
    }
    const picture = await deadline.within(screenshot(page));
    const answers = await deadline.within(Promise.all(redactions.map((it) => it.evaluate((r) => r.isComplete()))));
    return !hasMoved && answers.every(Boolean) ? picture : undefined;
  } finally {
    page.off('framenavigated', onMove);
    page.off('frameattached', onMove);
    await deadline.share(Promise.allSettled(restores.map((restore) => restore())), 1, 1000);
  }
}

async function redactFrame(frame: Frame, redactor: Redactor): Promise<JSHandle<FrameRedaction>> {
  return frame.evaluateHandle(redactInPage, { ...redactor.knows(), longToken });
}

/** Hides a frame that does not respond, by making its box in the parent page invisible. */
async function hideFrame(frame: Frame): Promise<() => Promise<unknown>> {
  const box = (await frame.frameElement()) as ElementHandle<Element>;
  const before = await box.evaluate((element) => {
    const style = element.getAttribute('style');
    element.setAttribute('style', `${style ?? ''}; visibility: hidden !important;`);
    return style;
  });
  return () =>
    box.evaluate(
      (element, style) => (style === null ? element.removeAttribute('style') : element.setAttribute('style', style)),
      before,
    );
}

/** Uses the debugging protocol because Playwright's own screenshot waits for web fonts, which may never arrive. */
async function screenshot(page: Page): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page);
  try {
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(data, 'base64');
  } finally {
    await devtools.detach().catch(() => undefined);
  }
}

async function writePicture(options: EvidenceOptions, picture: Buffer): Promise<string> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const name = options.name.replace(/[^\p{L}\p{N}-]+/gu, '-').slice(0, 60) || 'page';
  const file = path.join(options.folder, `${name}-${stamp}.png`);
  await writeFile(file, picture, { mode: 0o600, flag: 'wx' });
  return file;
}

async function dropOldPictures(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((n) => n.endsWith('.png'))) {
    const file = path.join(folder, name);
    const age = Date.now() - (await stat(file)).mtimeMs;
    if (age > keptPicturesMs) await rm(file, { force: true });
  }
}

/** One deadline for all steps on a page that may be stuck. */
class Deadline {
  private readonly endsAt: number;

  constructor(private readonly totalMs: number) {
    this.endsAt = Date.now() + totalMs;
  }

  within<T>(work: Promise<T>): Promise<T> {
    return withDeadline(work, this.endsAt - Date.now(), () => {
      throw new Error('late');
    });
  }

  /** Undefined when the work fails or exceeds its share of the total time: `1 / parts`, but at least `leastMs`. */
  share<T>(work: Promise<T>, parts: number, leastMs = 0): Promise<T | undefined> {
    const ms = Math.max(leastMs, Math.min(this.totalMs / parts, this.endsAt - Date.now()));
    return withDeadline(work, ms, () => undefined).catch(() => undefined);
  }
}
