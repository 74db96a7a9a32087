import type { Language } from '../messages/text.js';

export interface FeishuSettings {
  /** `cli_` and 16 hexadecimal digits; shown on the app's page in the developer console. */
  readonly appId: string;
  readonly appSecret: string;
  /** The owner's open_id (`ou_…`). It is specific to the app: another app sees a different open_id for the person. */
  readonly receiver: string;
  /** `feishu` (default), `lark`, or the base URL of a compatible server. */
  readonly domain?: string;
  /** Plain HTTP to a public `domain` is wanted. */
  readonly allowHttp?: boolean;
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
