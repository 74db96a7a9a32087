import type { Frame, Page } from 'playwright';
import { readAsset } from '../../lib/asset.js';
import { withDeadline } from '../../lib/with-deadline.js';
import type * as InPage from './in-page/main.js';
import type { ScanRequest } from './in-page/scan-document.js';
import type { FrameElementFacts, FrameFacts, FrameScan } from './page-facts.js';
import { passedWidget, tokenFields, widgetRules } from './vendors.js';

let script: Promise<string> | undefined;
/** The text of the in-page functions, as an expression that leaves nothing in the page. */
const inPageScript = () => (script ??= readAsset('site/challenge/in-page.js'));

/** The value, or undefined when it takes too long or when its frame navigates away or detaches. */
function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  return withDeadline(work, ms, () => undefined).catch(() => undefined);
}

async function judgeElement(frame: Frame): Promise<FrameElementFacts> {
  const [element, script] = await Promise.all([frame.frameElement(), inPageScript()]);
  try {
    // An element can be passed only to a function. The text is that of the build, without data from a page or a user.
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
    const judge = new Function('element', 'tokens', `return ${script}.judge(element, tokens)`) as typeof InPage.judge;
    return await element.evaluate(judge as never, tokenFields as never);
  } finally {
    await element.dispose().catch(() => undefined);
  }
}

async function scanDocument(frame: Frame, budgetMs: number): Promise<FrameFacts> {
  const request: ScanRequest = { rules: widgetRules, passed: passedWidget, budgetMs };
  return frame.evaluate<FrameFacts>(`${await inPageScript()}.scan(${JSON.stringify(request)})`);
}

/** The main frame first, parents before their children. Includes cross-origin frames and frames in closed shadow roots. `budgetMs` limits the scan of each document. */
export async function scanFrames(page: Page, budgetMs: number) {
  const frames = page.frames().slice(0, 60);
  const patienceMs = Math.max(1000, budgetMs * 4);
  const raw = await Promise.all(
    frames.map(async (frame) => {
      const [element, facts] = await Promise.all([
        frame.parentFrame() ? within(judgeElement(frame), patienceMs) : undefined,
        within(scanDocument(frame, budgetMs), patienceMs),
      ]);
      return { frame, element, facts };
    }),
  );

  const scans = new Map<Frame, FrameScan>();
  for (const [index, { frame, element, facts }] of raw.entries()) {
    const above = frame.parentFrame();
    const parent = above ? scans.get(above) : undefined;
    if (above && (!element || !parent)) continue;
    scans.set(frame, {
      where: above ? `frame ${index + 1} of ${frames.length}` : 'main frame',
      frame,
      isMain: !above,
      urls: [frame.url(), element?.src ?? '', facts?.url ?? ''].filter((url) => url !== ''),
      element,
      visible: !parent || (parent.visible && element!.seen),
      inFront: !!parent && (parent.inFront || element!.place === 'dialog' || element!.place === 'layer'),
      facts,
      parent,
    });
  }
  const truncated =
    raw.some(({ frame, facts }) => !frame.isDetached() && (!facts || facts.truncated)) || page.frames().length > 60;
  return { frames: [...scans.values()], truncated };
}
