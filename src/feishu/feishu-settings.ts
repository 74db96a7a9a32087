import { appError } from '../lib/app-error.js';
import { feishuErrors } from './feishu-errors.js';
import { feishuReasons } from '../messages/feishu-errors.js';
import type { Language, Text } from '../messages/text.js';

export interface FeishuSettings {
  /** `cli_` and 16 hexadecimal digits; shown on the app's page in the developer console. */
  readonly appId: string;
  readonly appSecret: string;
  /** The owner's open_id (`ou_…`). It is specific to the app: another app sees a different open_id for the person. */
  readonly receiver: string;
  /** `feishu` (default), `lark`, or the base URL of a compatible server. */
  readonly domain?: string;
  /** How answers arrive. Default `auto`: over the long connection, until a test message finds that it does not deliver. */
  readonly answers?: 'auto' | 'connection' | 'polling';
  /** Language of cards and replies. Default: Chinese. */
  readonly language?: Language;
}

/** The base URL without a trailing slash; the SDK would double the slash. */
export function feishuBaseUrl(settings: Pick<FeishuSettings, 'domain'>): string {
  const domain = settings.domain?.trim() || 'feishu';
  if (domain === 'feishu') return 'https://open.feishu.cn';
  if (domain === 'lark') return 'https://open.larksuite.com';
  return domain.replace(/\/+$/, '');
}

/** Every problem with the settings, one line each, named by key. Empty when the settings are valid. */
export function feishuSettingsProblems(settings: FeishuSettings): Text[] {
  const { appId, appSecret, receiver } = settings;
  const baseUrl = feishuBaseUrl(settings);
  const checks: readonly (readonly [isWrong: boolean, problem: Text])[] = [
    // With any other app id the SDK drops the long connection without reporting it.
    [!/^cli_[0-9a-fA-F]{16}$/.test(appId), feishuReasons.appId],
    [appSecret.trim() === '', feishuReasons.appSecret],
    [!/^ou_[0-9a-zA-Z_-]+$/.test(receiver), feishuReasons.receiver],
    [!URL.canParse(baseUrl) || !/^https?:/i.test(baseUrl), feishuReasons.domain],
  ];
  return checks.flatMap(([isWrong, problem]) => (isWrong ? [problem] : []));
}

/** Throws one settings error that lists every problem. */
export function requireFeishuSettings(settings: FeishuSettings): void {
  const problems = feishuSettingsProblems(settings);
  if (problems.length > 0) throw appError(feishuErrors.badSettings, { problems });
}
