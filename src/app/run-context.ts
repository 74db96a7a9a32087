import { existsSync } from 'node:fs';
import { findBrowser } from '../browser/find-browser.js';
import type { Notice } from '../core/owner-ports.js';
import { appError } from '../lib/app-error.js';
import { browserErrors } from '../browser/browser-errors.js';
import { openLog } from '../lib/open-log.js';
import { printable } from '../lib/redact.js';
import { createRedactor } from '../lib/redactor.js';
import { newRunId } from '../lib/run-id.js';
import { commandLineTexts } from '../messages/command-line.js';
import { accountLine, methodText, progressTexts, stepText, type Step } from '../messages/progress.js';
import { homePaths } from '../store/home.js';
import { languageFor, loadSettings, type FlagValue } from '../store/settings.js';
import { feishuLine } from './feishu-line.js';
import { homeOf, type ProcessContext } from './process-context.js';
import type { ResolvedProfile } from '../site/resolve-profile.js';
import { resolveSite } from '../site/resolve-site.js';
import type { AccountConfig } from '../store/accounts.js';
import { lazyListener } from './lazy-listener.js';
import { watchHolder } from './watch/watch-lock.js';
import { mostAtOneSite, mostBrowsers, slots } from './slots.js';

export type RunContext = Readonly<Awaited<ReturnType<typeof openRunContext>>>;

/** What one command shares among its accounts. */
export async function openRunContext(
  context: ProcessContext,
  options: {
    readonly flag?: Omit<FlagValue, 'text'> & { readonly text: string | undefined };
    /** Does not print the steps. */
    readonly quiet?: boolean;
    /** The person is at another machine: visible browsers go to a private display and its takeover page. */
    readonly isRemote?: boolean;
    /** Keeps a Playwright trace of each browser, in clear. */
    readonly trace?: boolean;
  } = {},
) {
  const { flag, isRemote = false } = options;
  const home = homeOf(context);
  const flags = flag?.text === undefined ? [] : [{ ...flag, text: flag.text }];
  const settings = await loadSettings({ env: context.env, home, flags });
  const runId = newRunId();
  const say = (line: string) => void context.stderr.write(`${printable(line)}\n`);
  const lastSteps = new Map<string, string>();
  /** Knows the secrets of this run and of each of its accounts. */
  const redactor = createRedactor([settings.feishu.appSecret]);
  const onLogTrouble = (problem: string) =>
    say(progressTexts.warning(progressTexts.withoutLog(problem))[context.language]);
  const log = openLog(homePaths(home).logs, settings.log.level, onLogTrouble, redactor).child({ runId });
  /** The language of cards and messages. */
  const language = languageFor(settings, 'feishu', context.env);
  const { env, clock, watch } = context;
  /** What gives a new link to the page that a worker of this run has open, by account. */
  const openPages = new Map<string, () => Promise<unknown>>();
  const onLinkWanted = (account: string | undefined) => {
    const wanted = account === undefined ? [...openPages.values()] : [openPages.get(account)];
    for (const renewLink of wanted) void renewLink?.();
    return Promise.resolve(wanted.some((one) => one !== undefined));
  };
  const feishu = watch
    ? watch.feishu
    : feishuLine(settings, language, {
        log,
        env,
        now: clock.now,
        onLinkWanted,
        nextRunAt: async () => (await import('./schedule.js')).nextRefreshAt(context),
        mayListen: async () => openPages.size > 0 && (await watchHolder(home)) === undefined,
      });
  const listener = watch?.listener ?? lazyListener({ home, ...settings.takeover, language: settings.language, log });
  const sites = new Map<string, Promise<ResolvedProfile>>();
  const siteSlots = new Map<string, ReturnType<typeof slots>>();
  const unfinished: Promise<unknown>[] = [];
  const traces: string[] | undefined = options.trace ? [] : undefined;
  return {
    context,
    home,
    settings,
    log,
    redactor,
    runId,
    language,
    feishu,
    /** Rejects with KT301 when there is no browser. */
    browserPath: (): string => {
      const { env, platform } = context;
      const browser = findBrowser({ env, wanted: settings.browser.path, platform });
      if (!browser) throw appError(browserErrors.noBrowser, undefined);
      log.debug({ browser: browser.executablePath }, 'browser found');
      return browser.executablePath;
    },
    /** The account's site profile, read and checked once a site. */
    siteOf: ({ site, baseUrl, probeUrl, allowHttp }: AccountConfig): Promise<ResolvedProfile> => {
      const key = JSON.stringify([site, baseUrl, probeUrl, allowHttp]);
      return once(sites, key, () => resolveSite({ site, baseUrl, probeUrl, allowHttp }));
    },
    /** Waits until the site may get another account's requests; the result frees the place. */
    siteSlot: (baseUrl: string) => once(siteSlots, baseUrl, () => slots(mostAtOneSite))(),
    /** Waits until another browser fits the machine; the result frees its place. */
    browserSlot: slots(mostBrowsers(settings.browser)),
    say,
    /** Prints a line for each step. Two equal steps of an account in a row are one line. */
    step: (account: string, method: string, step: Step): void => {
      const { language } = context;
      const who = `${account}${commandLineTexts.colon[language]}${methodText(method)[language]}`;
      const line = accountLine(language, who, stepText(step));
      if (!options.quiet && lastSteps.get(account) !== line) say(line);
      lastSteps.set(account, line);
    },
    /** @returns whether the notice was delivered */
    notify: async (notice: Notice): Promise<boolean> => {
      const sent = await feishu?.notifier.notify(notice);
      if (sent?.delivered === false) {
        const text = progressTexts.messageNotDelivered(sent.problem);
        say(redactor.text(accountLine(context.language, notice.account, text)));
      }
      return sent?.delivered === true;
    },
    isRemote,
    openPages,
    /** Where the phones of all accounts arrive; opened when the first page is shown. */
    listener,
    /** The traces of this run's browsers, where they were asked for; their paths are printed at its end. */
    traces,
    /** Background work, awaited only by `close()`. It never rejects. */
    later: (work: Promise<unknown>) => void unfinished.push(work),
    /** Never rejects; nothing keeps the process alive afterwards. */
    close: async (): Promise<void> => {
      await Promise.all(unfinished);
      for (const file of traces ?? []) if (existsSync(file)) say(progressTexts.trace(file)[context.language]);
      if (feishu && 'close' in feishu) await feishu.close();
      if (!watch) listener.close();
    },
  };
}

function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const value = made.get(key) ?? make();
  made.set(key, value);
  return value;
}
