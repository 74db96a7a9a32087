import { readFileSync } from 'node:fs';
import { localeLanguage, type Language } from '../messages/text.js';
import { homePaths, resolveHome } from '../store/home.js';

interface Process {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

/**
 * The language of what is printed: the setting `language`, else the locale's. It is needed before the settings are
 * checked, to report that they are wrong; so it reads as much of them as it can.
 */
export function terminalLanguage({ env, platform }: Process): Language {
  const wanted = env['KEYTURN_LANGUAGE'] || savedLanguage({ env, platform });
  return wanted === 'en' || wanted === 'zh' ? wanted : localeLanguage(env);
}

function savedLanguage({ env, platform }: Process): unknown {
  try {
    const settings: unknown = JSON.parse(readFileSync(homePaths(resolveHome(env, platform)).settings, 'utf8'));
    return (settings as { language?: unknown } | null)?.language;
  } catch {
    return undefined;
  }
}
