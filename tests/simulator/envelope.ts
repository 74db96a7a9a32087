/** The body of every answer of the console's API. The `one-key` console sends refusals with HTTP status 200 too. */
export interface Envelope {
  readonly success: boolean;
  readonly code: string;
  readonly message: string;
  readonly data: unknown;
  readonly extra: unknown;
}

export const ok = (data: unknown, extra: unknown = null): Envelope => ({
  success: true,
  code: '200',
  message: '操作成功',
  data,
  extra,
});

export const fail = (code: string, message: string, data: unknown = null): Envelope => ({
  success: false,
  code,
  message,
  data,
  extra: null,
});

export const notLoggedIn = () => fail('40101', '用户未登录或登录已过期');
export const overloaded = () => fail('500', '当前找我聊的人太多了，可以晚点再来问我哦。');
