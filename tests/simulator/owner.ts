import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Frame, Locator, Page } from 'playwright';
import { ownerPassword } from './console-state.js';
import type { ConsoleSimulator } from './console-types.js';
import { dragPath } from './drag-path.js';
import { SeededRandom } from './random.js';
import { waitForVisibleBrowser } from './visible-browser.js';

export interface PersonAtWindowOptions {
  /** The browser profile of the account. Its `DevToolsActivePort` file gives the address of the open browser. */
  readonly userDataDir: string;
  /** How long each action waits for its control. Default 30 s. */
  readonly patienceMs?: number;
  /** By default, actions wait for a visible browser, because a person cannot see a headless one. */
  readonly seesHeadless?: boolean;
  /** Connects to the browser; by default over its debugging port. */
  readonly attach?: (userDataDir: string, options: { timeoutMs: number }) => Promise<Browser>;
}

/**
 * A person at the visible browser that keyturn opened. The person acts from another process, with input events that a
 * page cannot distinguish from real ones. The browser must be started with `--remote-debugging-port=0`.
 * Each action searches all pages and frames for its control and waits for it. After `patienceMs` it throws an error
 * that names the missing control.
 */
export class PersonAtWindow {
  protected browser?: Browser;
  protected readonly patienceMs: number;

  constructor(private readonly window: PersonAtWindowOptions) {
    this.patienceMs = window.patienceMs ?? 30_000;
  }

  /** Clicks the element with this text, e.g. 重置API密钥 again after a lost request. */
  async press(text: string): Promise<void> {
    await (await this.find(text, (frame) => frame.getByText(text, { exact: true }))).click();
  }

  /** Types into a field key by key, and returns the field. */
  async type(what: string, within: (frame: Frame) => Locator, text: string): Promise<Locator> {
    const field = await this.find(what, within);
    await field.click();
    await field.pressSequentially(text, { delay: 15 });
    return field;
  }

  /** Returns the pages that are open in the browser. */
  async pages(): Promise<Page[]> {
    return (await this.connect()).contexts().flatMap((context) => context.pages());
  }

  /** Disconnects from the browser, which stays open. */
  async leave(): Promise<void> {
    const browser = this.browser;
    this.browser = undefined;
    await browser?.close().catch(() => undefined);
  }

  /** Returns the open browser. Reconnects if the earlier one was closed. */
  private async connect(timeoutMs = this.patienceMs): Promise<Browser> {
    if (this.browser?.isConnected()) return this.browser;
    const attach = this.window.attach ?? (await import('./attach-to-browser.js')).attachToBrowser;
    const deadlineAt = Date.now() + timeoutMs;
    if (!this.window.seesHeadless) await waitForVisibleBrowser(this.window.userDataDir, deadlineAt);
    this.browser = await attach(this.window.userDataDir, { timeoutMs: Math.max(1, deadlineAt - Date.now()) });
    return this.browser;
  }

  /** Waits for the first visible match in any page and frame, and returns it. */
  async find(what: string, within: (frame: Frame) => Locator): Promise<Locator> {
    const deadlineAt = Date.now() + this.patienceMs;
    for (;;) {
      const browser = await this.connect(Math.max(1, deadlineAt - Date.now()));
      for (const frame of browser.contexts().flatMap((c) => c.pages().flatMap((page) => page.frames()))) {
        const found = within(frame).first();
        if (await found.isVisible().catch(() => false)) return found;
      }
      if (Date.now() > deadlineAt) throw new Error(`the owner did not find ${what} within ${this.patienceMs} ms`);
      await delay(50);
    }
  }
}

export interface SimulatedOwnerOptions extends PersonAtWindowOptions {
  /** The simulator that receives the SMS codes. */
  readonly simulator: { readonly console: Pick<ConsoleSimulator, 'smsCodeFor' | 'smsCount'> };
  readonly seed?: number;
}

/** The person who uses the simulated console in the demo and the tests. */
export class SimulatedOwner extends PersonAtWindow {
  private readonly random: SeededRandom;

  constructor(private readonly options: SimulatedOwnerOptions) {
    super(options);
    this.random = new SeededRandom(options.seed ?? 7);
  }

  /** Types the number, requests a code, reads it from the phone, types it, and waits until the form disappears. */
  async signIn({ phone }: { phone: string }): Promise<void> {
    const sent = this.options.simulator.console.smsCount(phone);
    const field = await this.type('the phone field', (frame) => frame.locator('#phone'), phone);
    await (await this.find('获取验证码', (frame) => frame.locator('#send-code'))).click();
    const code = await this.waitForSms(phone, sent);
    const codeField = await this.find('the code field', (frame) => frame.locator('#sms-code'));
    await codeField.click();
    await codeField.pressSequentially(code, { delay: 30 });
    await (await this.find('登录', (frame) => frame.locator('#login-form button[type=submit]'))).click();
    await field.waitFor({ state: 'detached', timeout: this.patienceMs });
  }

  /**
   * Drags the slider to the end as a hand does, in the page or in the dialog's frame. Tries again if a drag is refused.
   * Resolves to the number of drags; rejects after `tries` (default 3) refused drags.
   */
  async dragSlider({ tries = 3 }: { tries?: number } = {}): Promise<number> {
    for (let count = 1; count <= tries; count += 1) {
      const handle = await this.find('the slider', (frame) => frame.locator('.btn_slide'));
      const page = handle.page();
      const frame = await ownerFrame(handle);
      const [grip, track] = [await handle.boundingBox(), await frame.locator('.nc_scale').boundingBox()];
      if (!grip || !track) throw new Error('the slider went away before it could be dragged');
      const start = { x: grip.x + grip.width / 2, y: grip.y + grip.height / 2 };
      try {
        await page.mouse.move(start.x, start.y);
        await page.mouse.down();
        for (const step of dragPath(track.width - grip.width, this.random)) {
          await page.mouse.move(start.x + step.x, start.y + step.y);
          await delay(step.waitMs);
        }
        await page.mouse.up();
      } catch (error) {
        // The slider passes as soon as it reaches the end. keyturn may close the window before the mouse is released.
        if (page.isClosed() || !this.browser?.isConnected()) return count;
        throw error;
      }
      if (await this.sliderPassed(frame)) return count;
      await frame
        .locator('.errloading')
        .click({ timeout: 2000 })
        .catch(() => undefined);
    }
    throw new Error(`the slider refused ${tries} drags`);
  }

  /** Types a code into the open dialog, key by key, and confirms. By default it is the last code sent to the number. */
  async typeSmsCode({ phone, code }: { phone: string; code?: string }): Promise<void> {
    const first = await this.find('the code field of the dialog', (frame) =>
      frame.locator('[role=dialog] input[autocomplete=one-time-code]'),
    );
    const typed = code ?? (await this.waitForSms(phone, 0));
    await first.click();
    await first.page().keyboard.type(typed, { delay: 30 });
    await this.confirmDialog();
  }

  /** Types the account's password into the open dialog and confirms. */
  async typePassword({ password = ownerPassword }: { password?: string } = {}): Promise<void> {
    const field = await this.find('the password field of the dialog', (frame) =>
      frame.locator('[role=dialog] input[type=password]'),
    );
    await field.click();
    await field.pressSequentially(password, { delay: 15 });
    await this.confirmDialog();
  }

  /** Clicks the main button of the dialog: 确定 or 同意协议并生成. */
  async confirmDialog(): Promise<void> {
    await (await this.find('the dialog', (frame) => frame.locator('[role=dialog] button.primary'))).click();
  }

  private async waitForSms(phone: string, after: number): Promise<string> {
    const { console: site } = this.options.simulator;
    const deadlineAt = Date.now() + this.patienceMs;
    while (Date.now() < deadlineAt) {
      const code = site.smsCodeFor(phone);
      if (code !== undefined && site.smsCount(phone) > after) return code;
      await delay(25);
    }
    throw new Error(`no SMS came within ${this.patienceMs} ms`);
  }

  /** The drag passed if the handle shows it, or if the slider, its frame or its page is gone; not if an error shows. */
  private async sliderPassed(frame: Frame): Promise<boolean> {
    const deadlineAt = Date.now() + this.patienceMs;
    while (Date.now() < deadlineAt) {
      if (frame.isDetached()) return true;
      const state = await frame
        .evaluate(() => {
          if (document.querySelector('.errloading')) return 'refused';
          if (document.querySelector('.btn_ok')) return 'passed';
          if (!document.getElementById('baxia-punish')) return 'passed';
          const handle = document.querySelector<HTMLElement>('.btn_slide');
          return handle && parseFloat(handle.style.left || '0') === 0 ? 'released' : 'waiting';
        })
        .catch(() => 'waiting');
      if (state !== 'waiting') return state === 'passed';
      await delay(30);
    }
    return false;
  }
}

async function ownerFrame(locator: Locator): Promise<Frame> {
  const frame = await (await locator.elementHandle())?.ownerFrame();
  if (!frame) throw new Error('the slider went away before it could be dragged');
  return frame;
}
