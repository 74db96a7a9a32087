import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CDPSession, Frame, JSHandle, Page } from 'playwright';
import { longToken } from '../lib/redact.js';
import type { Redactor } from '../lib/redactor.js';
import { withDeadline } from '../lib/with-deadline.js';
import type { Evidence, ViewportBox } from '../core/outcome.js';
import { dropOldFiles } from './drop-old-files.js';
import { redactInPage, type FrameRedaction } from './redact-in-page.js';

export interface EvidenceOptions {
  /** The account's folder for screenshots; created with mode 0700. */
  readonly folder: string;
  readonly name: string;
  /** Knows the values to hide, such as the account's keys. */
  readonly redactor: Redactor;
  /** Pictures this part with a margin, unless it is most of the viewport. */
  readonly part?: ViewportBox;
  /** Limit for the whole capture. Default: 8 s. */
  readonly timeoutMs?: number;
}

const keptPicturesMs = 7 * 86_400_000;
const attempts = 3;
const marginPx = 24;
/** The share of the viewport from which a part is no easier to read than the whole. */
const mostOfViewport = 0.7;

/** Hides secrets, then restores the page. Never rejects: a picture may be missing. Deletes those older than 7 days. */
export async function captureEvidence(page: Page, options: EvidenceOptions): Promise<Evidence> {
  const { folder, redactor, part, timeoutMs = 8000 } = options;
  const capture = async (): Promise<Evidence> => {
    await dropOldFiles(folder, /\.png$/, (ageMs) => ageMs > keptPicturesMs);
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const picture = await redactedPicture();
      if (picture) return { screenshotPath: await writePicture(options, picture) };
    }
    return {};
  };
  // The page is gone or stuck, or the folder is not writable. Evidence is optional.
  return withDeadline(capture(), timeoutMs, () => ({})).catch(() => ({}));

  /** Resolves to undefined when the work fails or takes too long. */
  function brief<T>(work: Promise<T>): Promise<T | undefined> {
    return withDeadline(work, timeoutMs / 4, () => undefined).catch(() => undefined);
  }

  /** Returns a PNG, or undefined when the page changed during the screenshot. */
  async function redactedPicture(): Promise<Buffer | undefined> {
    const redactions: JSHandle<FrameRedaction>[] = [];
    let hasMoved = false;
    const onMove = () => (hasMoved = true);
    page.on('framenavigated', onMove);
    page.on('frameattached', onMove);
    try {
      const redact = async (frame: Frame) => {
        const redaction = await brief(frame.evaluateHandle(redactInPage, { ...redactor.knows(), longToken }));
        if (redaction) redactions.push(redaction);
        else if (!frame.isDetached()) throw new Error('a frame could not be redacted');
      };
      await Promise.all(page.frames().map(redact));
      const picture = await brief(screenshot(page, part));
      const answers = await brief(Promise.all(redactions.map((it) => it.evaluate((r) => r.isComplete()))));
      return !hasMoved && answers?.every(Boolean) ? picture : undefined;
    } finally {
      page.off('framenavigated', onMove);
      page.off('frameattached', onMove);
      await brief(Promise.allSettled(redactions.map((it) => it.evaluate((r) => r.restore()))));
    }
  }
}

/** Uses the debugging protocol because Playwright's own screenshot waits for web fonts, which may never arrive. */
async function screenshot(page: Page, part: ViewportBox | undefined): Promise<Buffer> {
  const devtools = await page.context().newCDPSession(page);
  try {
    const clip = part && (await clipAround(devtools, part));
    const { data } = await devtools.send('Page.captureScreenshot', { format: 'png', ...(clip ? { clip } : {}) });
    return Buffer.from(data, 'base64');
  } finally {
    await devtools.detach().catch(() => undefined);
  }
}

async function clipAround(devtools: CDPSession, { x, y, w, h }: ViewportBox) {
  const { cssVisualViewport: viewport } = await devtools.send('Page.getLayoutMetrics');
  const left = Math.max(0, x - marginPx);
  const top = Math.max(0, y - marginPx);
  const width = Math.min(viewport.clientWidth, x + w + marginPx) - left;
  const height = Math.min(viewport.clientHeight, y + h + marginPx) - top;
  const isMost = width * height >= mostOfViewport * viewport.clientWidth * viewport.clientHeight;
  if (width <= 0 || height <= 0 || isMost) return undefined;
  return { x: viewport.pageX + left, y: viewport.pageY + top, width, height, scale: 1 };
}

async function writePicture(options: EvidenceOptions, picture: Buffer): Promise<string> {
  await mkdir(options.folder, { recursive: true, mode: 0o700 });
  const stamp = new Date().toISOString().replace(/[:.]/g, '-');
  const name = options.name.replace(/[^\p{L}\p{N}-]+/gu, '-').slice(0, 60) || 'page';
  const file = path.join(options.folder, `${name}-${stamp}.png`);
  await writeFile(file, picture, { mode: 0o600, flag: 'wx' });
  return file;
}
