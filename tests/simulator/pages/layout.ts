export interface PageParts {
  readonly title: string;
  readonly body: string;
  readonly css?: string;
  /** The page's script reads this as `window.__CONFIG__`. */
  readonly config?: object;
  readonly script?: string;
}

/** Returns a complete HTML document without external resources. */
export function htmlPage(parts: PageParts): string {
  const config = parts.config ? `window.__CONFIG__=${JSON.stringify(parts.config).replaceAll('<', '\\u003c')};` : '';
  return `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${parts.title}</title>
<link rel="icon" href="data:image/svg+xml,${encodeURIComponent(logo)}">
<style>${baseCss}${parts.css ?? ''}</style>
</head>
<body>
${parts.body}
${parts.script ? `<script>${config}\n${parts.script}</script>` : ''}
</body>
</html>
`;
}

const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">' +
  '<defs><linearGradient id="flow" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#6d5efc"/>' +
  '<stop offset="1" stop-color="#22b8f0"/></linearGradient></defs><rect width="32" height="32" rx="9" fill="url(#flow)"/>' +
  '<path d="M7 19c3-7 6-7 9-2s6 4 9-4" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round"/></svg>';

export const brand = `<span class="brand">${logo}<b>心流</b><i>开放平台</i></span>`;

/** Every page shows this, so that a screenshot is not mistaken for the real console. */
export const footnote = '<footer class="footnote">keyturn 内置的模拟控制台 · 仅用于演示与测试</footer>';

const baseCss = `
*{box-sizing:border-box}
html,body{margin:0;min-height:100%}
body{font:14px/1.6 "PingFang SC","Microsoft YaHei","Noto Sans CJK SC","WenQuanYi Zen Hei",system-ui,sans-serif;color:#1f2333;background:#f5f6fb;-webkit-font-smoothing:antialiased}
button,input{font:inherit;color:inherit}
.brand{display:inline-flex;align-items:center;gap:10px;font-size:18px;color:#1f2333}
.brand b{font-weight:600;letter-spacing:1px}
.brand i{font-style:normal;font-size:13px;color:#7a8099;border-left:1px solid #dfe2ee;padding-left:10px}
.primary,.plain{display:inline-flex;align-items:center;justify-content:center;min-width:88px;height:38px;padding:0 18px;border-radius:9px;border:1px solid transparent;cursor:pointer;user-select:none;transition:background .15s,border-color .15s}
.primary{background:#5b4dfa;color:#fff}
.primary:hover{background:#4a3de6}
.primary[disabled]{background:#c3bffb;cursor:not-allowed}
.plain{background:#fff;border-color:#d9dcea;color:#3a3f55}
.plain:hover{border-color:#5b4dfa;color:#5b4dfa}
.footnote{color:#a2a7bb;font-size:12px;text-align:center;padding:18px}
.spinner{width:30px;height:30px;border-radius:50%;border:3px solid #e2e4f3;border-top-color:#5b4dfa;animation:turn .8s linear infinite}
@keyframes turn{to{transform:rotate(1turn)}}
`;
