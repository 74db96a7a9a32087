/** What to do about Feishu's error codes that call for a change in the developer console or the settings. */
const advice: Readonly<Record<number, string>> = {
  403: 'Feishu forbids this app the long connection: it has to be a self-built app (企业自建应用).',
  514: 'Feishu does not accept the app id and secret for the long connection.',
  11205: 'Add the Bot ability to the app (应用能力 > 机器人), then create a version and publish it.',
  11207:
    'The app is not in use in this organisation: create a version and publish it, or have the administrator enable it.',
  230001: 'Check feishu.receiver: it has to be the open_id of a person, as this app sees it.',
  230002: 'The bot is not in that chat.',
  230006: 'Add the Bot ability to the app (应用能力 > 机器人), then create a version and publish it.',
  230013: 'Put the receiver into the app’s availability range (可用范围), then create a version and publish it.',
  230027: 'Give the app the scope im:message or im:message:send_as_bot, then create a version and publish it.',
  230099: 'The card was not accepted; this is a bug of keyturn worth reporting with the log id.',
  99991672: 'Give the app the missing scope (权限管理), then create a version and publish it.',
  99992351: 'Check feishu.receiver: this open_id does not exist.',
  1000040343: 'Feishu itself has trouble; try again in a few minutes.',
  1000040350:
    'All 50 long connections of this app are held by other programs; each event goes to one of them. Use an app of its own for keyturn.',
  99992361: 'feishu.receiver is the open_id of another app: the same person has a different one in each app.',
};

export function adviceFor(code: number | undefined): string | undefined {
  return code === undefined ? undefined : advice[code];
}
