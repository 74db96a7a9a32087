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
    en: 'holds a reference in place of a key: deliver to the place that it refers to',
    zh: '保存的是引用，而不是密钥：请投递到所引用的地方',
  },
  tagged: (tag: string): Text => ({
    en: `has the tag ${tag.slice(0, 40)} on the value: its program would not read a key there`,
    zh: `的值带有标签 ${tag.slice(0, 40)}：读取它的程序不会把它当作密钥`,
  }),
  encrypted: {
    en: 'holds an encrypted value: a plain key does not belong there',
    zh: '保存的是加密的值：不应写入明文密钥',
  },
  encryptedFile: {
    en: 'is an encrypted file: a plain key does not belong there',
    zh: '是加密的文件：不应写入明文密钥',
  },
  base64: (place: string): Text => ({
    en: `holds base64 below ${place}${place === 'data' ? ': deliver to stringData instead' : ''}`,
    zh: `在 ${place} 下保存的是 base64${place === 'data' ? '：请改为投递到 stringData' : ''}`,
  }),
  foreign: (length: number): Text => ({
    en: `holds a text of ${length} characters that is no known key of this account; --replace replaces it`,
    zh: `保存着 ${length} 个字符的文本，不是这个账号的已知密钥；--replace 会替换它`,
  }),
  severalKeys: {
    en: 'holds a text with several keys; --replace replaces all of it',
    zh: '保存的文本里有多个密钥；--replace 会替换整个文本',
  },
  unsafe: { en: 'is written in a way that keyturn cannot edit safely', zh: '的写法使 keyturn 无法安全地修改' },
} as const;
