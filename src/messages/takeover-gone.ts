import type { Language } from './text.js';

const head = { en: 'This page has ended', zh: '这个页面已经结束' };
const body = {
  en: 'Nothing is waiting for you here any more. If you are still needed, you get a new message with a new link.',
  zh: '这里已经没有等待你处理的内容。如果还需要你，你会收到带新链接的消息。',
};

/** The HTML page at the address of a takeover that has ended. */
export const goneTexts = (language: Language): string =>
  `<!doctype html><html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><meta charset="utf-8">` +
  '<meta name="viewport" content="width=device-width,initial-scale=1"><title>keyturn</title>' +
  '<body style="font:17px/1.6 system-ui;margin:15vh 24px;text-align:center">' +
  `<h1 style="font-size:22px">${head[language]}</h1><p>${body[language]}</p>`;
