import type { ConsoleKind } from '../console-types.js';
import type { Weather } from '../weather.js';
import { brand, footnote, htmlPage } from './layout.js';
import { profileCss } from './profile-css.js';
import { profileScript } from './profile-script.js';

/** The configuration that the page's script gets when it loads. The other data comes from requests. */
export interface ProfileConfig extends Pick<
  Weather,
  'renderDelayMs' | 'drift' | 'confirmDialog' | 'smsInput' | 'keyExpiry'
> {
  readonly kind: ConsoleKind;
  readonly pageToken: string;
}

/** Returns a page with only a spinner. The script renders everything else, as in the real console. */
export function profilePage(config: ProfileConfig): string {
  return htmlPage({
    title: '个人中心 - 心流',
    css: profileCss,
    body: `<div id="root"><div class="loading_k2Vd" role="status" aria-label="加载中"><div class="spinner"></div></div></div><template id="brand">${brand}</template><template id="footnote">${footnote}</template>`,
    config,
    script: profileScript(config.kind),
  });
}
