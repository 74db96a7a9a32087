import { brand, footnote, htmlPage } from './layout.js';

const css = `
.notice{min-height:calc(100vh - 60px);display:flex;flex-direction:column;align-items:center;justify-content:center;gap:10px;padding:24px;text-align:center}
.notice h1{font-size:26px;font-weight:600;margin:22px 0 0}
.notice p{color:#5d637b;margin:0;max-width:520px}
`;

/** The page that the console shows after the service has closed. */
export function closedPage(): string {
  return htmlPage({
    title: '停止服务公告 - 心流',
    css,
    body: `<main class="notice">${brand}<h1>心流开放平台已停止服务</h1><p>感谢一路同行。自 2026 年 4 月 17 日（UTC+8）起，API 服务、模型库同步关停，已有密钥不再可用。</p><p>账号数据将按隐私政策处理。</p></main>${footnote}`,
  });
}

export function notFoundPage(): string {
  return htmlPage({
    title: '页面不存在 - 心流',
    css,
    body: `<main class="notice">${brand}<h1>页面不存在</h1><p><a href="/profile?tab=apiKey">返回控制台</a></p></main>${footnote}`,
  });
}
