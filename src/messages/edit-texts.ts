import type { Text } from './text.js';

/** Why a file cannot take the key; completes "{path} …". */
export const editTexts = {
  binary: { en: 'is not a text file', zh: '不是文本文件' },
  notUtf8: { en: 'is not UTF-8 text', zh: '不是 UTF-8 文本' },
  beyondAscii: {
    en: 'cannot hold a key with spaces or characters beyond ASCII',
    zh: '不能保存含有空格或非 ASCII 字符的密钥',
  },
  notJson: (line: number | undefined): Text => ({
    en: `is not JSON: ${line === undefined ? 'it is nested too deeply' : `there is a mistake in line ${line}`}`,
    zh: `不是 JSON：${line === undefined ? '嵌套太深' : `第 ${line} 行有错误`}`,
  }),
  notYaml: (code: string, line: number | undefined): Text => {
    const what = code.toLowerCase().replaceAll('_', ' ');
    return {
      en: `is not YAML: ${what}${line === undefined ? '' : ` in line ${line}`}`,
      zh: `不是 YAML：${line === undefined ? '' : `第 ${line} 行：`}${what}`,
    };
  },
  severalDocuments: { en: 'holds several documents', zh: '含有多个文档' },
  noParents: (at: string): Text => ({
    en: `has no ${at}, which has to be set up there first`,
    zh: `没有 ${at}，需要先在其中设置它`,
  }),
  noItem: (at: string, item: string): Text => ({
    en: `has a list at ${at} without item ${item}`,
    zh: `在 ${at} 处的列表没有第 ${item} 项`,
  }),
  singleValue: (at: string): Text => ({
    en: `holds a single value at ${at}, in place of an object`,
    zh: `在 ${at} 处是单个值，不是对象`,
  }),
  alias: (at: string): Text => ({
    en: `holds an alias at ${at}: its value stands elsewhere`,
    zh: `在 ${at} 处是别名，值在别处`,
  }),
  notText: (at: string): Text => ({ en: `holds something other than a text at ${at}`, zh: `在 ${at} 处的值不是文本` }),
  reference: {
    en: 'holds a reference to a variable in place of a key: deliver to the file that sets this variable',
    zh: '引用了变量，而不是保存密钥：请投递到设置该变量的文件',
  },
  unsafe: { en: 'is written in a way that keyturn cannot edit safely', zh: '的写法使 keyturn 无法安全地修改' },
} as const;
