import type { ViewerLanguage } from './choose-language.js';

/** The viewer's page. It contains nothing about the account: that arrives over the WebSocket, after the claim. */
export function viewerHtml(language: ViewerLanguage): string {
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, maximum-scale=1, user-scalable=no, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="robots" content="noindex, nofollow">
<meta name="theme-color" content="#14161f">
<meta name="format-detection" content="telephone=no">
<title>keyturn</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="viewer.css">
</head>
<body data-screen="start" data-connection="connecting">
<section id="start-screen" class="card-screen">
  <div class="card">
    <div class="mark" aria-hidden="true">${icons.key}</div>
    <h1 data-text="startHead"></h1>
    <p data-text="startBody"></p>
    <button type="button" id="start" class="main" data-text="start"></button>
    <noscript><p>keyturn: JavaScript is needed here. / 需要启用 JavaScript。</p></noscript>
  </div>
</section>
<section id="work-screen">
  <header id="about">
    <div class="line"><span class="dot" aria-hidden="true"></span><strong id="who"></strong><span id="left"></span></div>
    <div class="line second"><span id="why"></span></div>
    <p id="detail"></p>
  </header>
  <main>
    <canvas id="canvas"></canvas>
    <div id="banner" role="status"></div>
    <div id="toast" role="status" hidden></div>
  </main>
  <div id="typing" hidden>
    <div class="field"><input id="typing-field" type="text" autocapitalize="off" autocorrect="off" spellcheck="false" enterkeyhint="enter" data-label="typeHere"><span class="hint" data-text="typeHere" aria-hidden="true"></span></div>
    <div class="keys">
      <button type="button" data-key="Backspace" data-label="backspace">${icons.backspace}</button>
      <button type="button" data-key="Tab" data-text="tab"></button>
      <button type="button" data-key="Enter" data-text="enter"></button>
      <button type="button" id="typing-paste" data-text="paste"></button>
      <button type="button" id="typing-hide" data-text="hide"></button>
    </div>
  </div>
  <footer>
    <div class="tools">
      <button type="button" id="keyboard" aria-pressed="false">${icons.keyboard}<span data-text="keyboard"></span></button>
      <button type="button" id="zoom">${icons.zoom}<span id="zoom-label"></span></button>
      <button type="button" id="pan" aria-pressed="false">${icons.move}<span data-text="pan"></span></button>
      <button type="button" id="pages" hidden>${icons.pages}<span data-text="pages"></span></button>
    </div>
    <div class="ends">
      <button type="button" id="give-up" data-text="giveUp"></button>
      <button type="button" id="done" class="main" data-text="done"></button>
    </div>
  </footer>
  <div id="sheet" hidden>
    <div class="sheet" role="dialog" aria-modal="true" aria-labelledby="sheet-head">
      <h2 id="sheet-head"></h2>
      <p id="sheet-body"></p>
      <input id="sheet-input" type="text" autocomplete="off" hidden>
      <div id="sheet-list" role="listbox" aria-labelledby="sheet-head" hidden></div>
      <div id="sheet-buttons"></div>
    </div>
  </div>
</section>
<section id="end-screen" class="card-screen">
  <div class="card">
    <div class="mark" aria-hidden="true">${icons.key}</div>
    <h1 id="end-head"></h1>
    <p id="end-body"></p>
    <button type="button" id="use-here" class="main" data-text="useHere" hidden></button>
  </div>
</section>
<script type="module" src="viewer.js"></script>
</body>
</html>
`;
}

const icon = (path: string) =>
  `<svg viewBox="0 0 24 24" width="22" height="22" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${path}</svg>`;

const icons = {
  key: icon('<circle cx="8" cy="15" r="4.2"/><path d="M11 12 20 3m-4 4 3 3m-6 0 2 2"/>'),
  keyboard: icon(
    '<rect x="2.5" y="6" width="19" height="12" rx="2.5"/><path d="M6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M8 14h8"/>',
  ),
  zoom: icon('<path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"/>'),
  move: icon('<path d="M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3"/>'),
  pages: icon('<rect x="3" y="7" width="13" height="13" rx="2"/><path d="M8 4h11a2 2 0 0 1 2 2v10"/>'),
  backspace: icon('<path d="M21 5H9l-6 7 6 7h12zM17 9.5l-5 5M12 9.5l5 5"/>'),
};
