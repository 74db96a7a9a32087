import { readFileSync } from 'node:fs';
import { orUndefined } from '../lib/or-undefined.js';
import { localeLanguage, type Language } from '../messages/text.js';
import { homePaths, resolveHome } from '../store/home.js';

/** The setting `language`, else the locale's. Read before the settings are checked, to report that they are wrong. */
export function terminalLanguage(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): Language {
  const wanted = env['KEYTURN_LANGUAGE'] || savedLanguage(homePaths(resolveHome(env, platform)).settings);
  return wanted === 'en' || wanted === 'zh' ? wanted : localeLanguage(env);
}

const savedLanguage = (path: string): unknown =>
  orUndefined(
    () => (JSON.parse(new TextDecoder().decode(readFileSync(path))) as { language?: unknown } | null)?.language,
  );
