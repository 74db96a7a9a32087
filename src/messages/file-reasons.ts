import type { Text } from './text.js';

export const notPlainFile = { en: 'it is not a plain file', zh: '它不是普通文件' };
const notFolder = { en: 'a part of the path is a file, not a folder', zh: '路径中有一部分是文件，不是文件夹' };

/** What an error code of the operating system means. */
export const fileReasons: Readonly<Record<string, Text>> = {
  ENOSPC: { en: 'the disk is full', zh: '磁盘已满' },
  EDQUOT: { en: "this user's disk quota is used up", zh: '这个用户的磁盘配额已用完' },
  EROFS: { en: 'the file system is read-only', zh: '文件系统是只读的' },
  EACCES: { en: 'this user may not write there or look into the folder', zh: '这个用户没有写入或进入该文件夹的权限' },
  EPERM: { en: 'the system does not allow it', zh: '系统不允许' },
  ENOTDIR: notFolder,
  EEXIST: notFolder,
  EISDIR: { en: 'it is a folder', zh: '它是文件夹' },
  ELOOP: { en: 'it is a symbolic link, or its path goes in circles', zh: '它是符号链接，或者路径循环' },
  ENAMETOOLONG: { en: 'the path is too long', zh: '路径太长' },
  EMFILE: { en: 'too many files are open', zh: '打开的文件太多' },
  ENFILE: { en: 'too many files are open on this machine', zh: '这台机器上打开的文件太多' },
  EIO: { en: 'the disk reports an error', zh: '磁盘报告错误' },
  EBUSY: { en: 'another program holds it', zh: '其他程序正在占用它' },
  EFBIG: { en: 'it would be larger than this system allows', zh: '它会超过系统允许的大小' },
};

/** Reasons that apply only to reading. */
export const readReasons: Readonly<Record<string, Text>> = {
  ENOENT: { en: 'there is no such file', zh: '没有这个文件' },
  EACCES: { en: 'this user may not read it or look into its folder', zh: '这个用户没有读取它或进入其文件夹的权限' },
};

/** What codes mean for a file of another program that is to receive the key. */
export const targetReasons: Readonly<Record<string, Text>> = {
  ENOENT: { en: 'its folder does not exist', zh: '它的文件夹不存在' },
  EACCES: { en: 'this user may not read or write there', zh: '这个用户没有读写权限' },
  ENXIO: notPlainFile,
  ELOOP: { en: 'its symbolic links go in circles', zh: '它的符号链接循环' },
};

export const foreignLink = (path: string, uid: number): Text => ({
  en: `${path} is a symbolic link of another user (uid ${uid}), which is not followed`,
  zh: `${path} 是其他用户（uid ${uid}）的符号链接，不会跟随`,
});

/** What codes mean for a program that is to be started. */
export const programReasons: Readonly<Record<string, Text>> = {
  ENOENT: { en: 'there is no such program', zh: '没有这个程序' },
  EACCES: { en: 'this user may not run it', zh: '当前用户无权运行它' },
  E2BIG: { en: 'the key is too long for its environment', zh: '密钥太长，放不进它的环境变量' },
  ERR_INVALID_ARG_VALUE: {
    en: 'the key has a character that no environment can hold',
    zh: '密钥含有环境变量无法容纳的字符',
  },
};

export const fileKinds = {
  folder: { en: 'a folder', zh: '文件夹' },
  link: { en: 'a symbolic link', zh: '符号链接' },
  pipe: { en: 'a named pipe', zh: '命名管道' },
  other: { en: 'a special file', zh: '特殊文件' },
  size: (bytes: number): Text => ({ en: `a file of ${bytes} bytes`, zh: `${bytes} 字节的文件` }),
} as const;

export const fileIs = (kind: Text): Text => ({ en: `it is ${kind.en}`, zh: `它是${kind.zh}` });
export const fileSize = (bytes: number): Text => ({ en: `it has ${bytes} bytes`, zh: `它有 ${bytes} 字节` });
export const tooLarge = (mebibytes: number): Text => ({
  en: `it is larger than ${mebibytes} MiB`,
  zh: `它超过 ${mebibytes} MiB`,
});
export const keepsChanging = { en: 'another program keeps writing it', zh: '其他程序不断在写它' };
export const notUtf8 = { en: 'it is not UTF-8 text', zh: '它不是 UTF-8 文本' };
export const fileNotFolder = { en: 'it is a file, not a folder', zh: '它是文件，不是文件夹' };

const itself = { en: 'it', zh: '它' };

/** How other users can get at a file or folder. */
export const exposureTexts = {
  folder: (path: string): Text => ({ en: `its folder ${path}`, zh: `它所在的文件夹 ${path} ` }),
  shared: { en: 'many users share this folder', zh: '这是多个用户共用的文件夹' },
  read: { en: 'read or change it', zh: '读取或更改它' },
  change: { en: 'change it', zh: '更改它' },
  replace: { en: 'replace it', zh: '替换它' },
  foreign: (uid: number, what: Text = itself): Text => ({
    en: `${what.en} belongs to another user (uid ${uid})`,
    zh: `${what.zh}属于其他用户（uid ${uid}）`,
  }),
  mode: (mode: string, danger: Text, what: Text = itself): Text => ({
    en: `${what.en} has mode ${mode}, so other users can ${danger.en}`,
    zh: `${what.zh}的权限是 ${mode}，其他用户可以${danger.zh}`,
  }),
} as const;

export const exposedFile = ({ path, problem }: { readonly path: string; readonly problem: Text }): Text => ({
  en: `${path} does not keep the key private: ${problem.en}`,
  zh: `${path} 不能保证密钥不被他人看到：${problem.zh}`,
});
