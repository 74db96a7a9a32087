import { shellWord } from './shell-word.js';
import { same, type Text } from './text.js';

const notStarted: Text = {
  en: 'No browser was started. The saved sign-in and the key were not changed.',
  zh: '没有启动浏览器。已保存的登录和密钥没有变化。',
};

export const browserErrorTexts = {
  noBrowser: (choice: { wanted: string; reason: Text; next?: string } | undefined) => ({
    message: choice
      ? {
          en: `The browser "${choice.wanted}" cannot be used: ${choice.reason.en}.`,
          zh: `无法使用浏览器“${choice.wanted}”：${choice.reason.zh}。`,
        }
      : {
          en: 'No Chrome, Chromium or Edge was found, and Playwright has downloaded none.',
          zh: '没有找到 Chrome、Chromium 或 Edge，也没有 Playwright 下载的浏览器。',
        },
    state: notStarted,
    hint: same(choice ? (choice.next ?? 'keyturn config get browser.path') : 'npx playwright install chromium'),
  }),
  noDisplay: (chosen: { display: string } | undefined) => ({
    message: chosen
      ? {
          en: `The browser could not open the display "${chosen.display}". It does not answer, or it refuses access.`,
          zh: `浏览器无法打开显示器“${chosen.display}”：它没有响应，或拒绝访问。`,
        }
      : {
          en:
            'A visible browser needs a display. DISPLAY and WAYLAND_DISPLAY are not set, and Xvfb ' +
            '(on Fedora: xorg-x11-server-Xvfb) is not installed.',
          zh:
            '可见的浏览器需要显示器。DISPLAY 和 WAYLAND_DISPLAY 都没有设置，' +
            '也没有安装 Xvfb（Fedora 上的软件包是 xorg-x11-server-Xvfb）。',
        },
    state: notStarted,
    hint: same(chosen ? 'unset DISPLAY WAYLAND_DISPLAY' : 'sudo apt-get install xvfb'),
  }),
  profileInUse: (holder: { userDataDir: string; pid: number } & ({ command: string } | Elsewhere)) => ({
    message:
      'command' in holder
        ? {
            en: `The browser profile ${holder.userDataDir} is open in process ${holder.pid} (${holder.command}).`,
            zh: `浏览器配置目录 ${holder.userDataDir} 正被进程 ${holder.pid}（${holder.command}）使用。`,
          }
        : {
            en:
              `The browser profile ${holder.userDataDir} is locked by process ${holder.pid} on "${holder.host}", another ` +
              'machine or container. Remove the lock only if no browser runs there any more.',
            zh:
              `浏览器配置目录 ${holder.userDataDir} 已被另一台机器或容器“${holder.host}”上的进程 ${holder.pid} 锁定。` +
              '请确认那里已没有浏览器在运行，再删除这个锁。',
          },
    state: notStarted,
    hint: same('command' in holder ? `kill ${holder.pid}` : `rm ${shellWord(holder.lockPath)}`),
  }),
  launchFailed: ({ executablePath, reason }: { executablePath: string; reason: Text }) => ({
    message: {
      en: `${executablePath} could not be started: ${reason.en}.`,
      zh: `无法启动 ${executablePath}：${reason.zh}。`,
    },
    state: {
      en: 'No browser was left running. The saved sign-in and the key were not changed.',
      zh: '没有浏览器仍在运行。已保存的登录和密钥没有变化。',
    },
    hint: same('keyturn doctor'),
  }),
  sandboxUnavailable: ({ executablePath }: { executablePath: string }) => ({
    message: {
      en:
        `${executablePath} found no usable sandbox: this machine does not let ordinary users create user namespaces ` +
        '(the default of Ubuntu 23.10 and later).',
      zh: `${executablePath} 没有可用的沙箱：这台机器不允许普通用户创建用户命名空间（Ubuntu 23.10 及以后的默认设置）。`,
    },
    state: notStarted,
    hint: same('sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'),
  }),
  unusableFolder: ({ folder, reason, home }: { folder: string; reason: Text; home?: string }) => ({
    message: {
      en: `The browser profile cannot be kept in ${folder}: ${reason.en}.`,
      zh: `无法把浏览器配置保存在 ${folder}：${reason.zh}。`,
    },
    state: notStarted,
    hint: same(home === undefined ? `ls -ld ${shellWord(folder)}` : `export KEYTURN_HOME=${shellWord(home)}`),
  }),
};

export interface Elsewhere {
  readonly host: string;
  readonly lockPath: string;
}

/** Why a browser could not be chosen or started. */
export const browserReasons = {
  /** @param variable the environment variable that names the proxy, if it is not the account's own */
  badProxy: (reason: Text, variable = ''): Text => ({
    en: `The proxy${variable && ` in ${variable}`} cannot be used for a browser: ${reason.en}.`,
    zh: `浏览器无法使用${variable ? ` ${variable} 里的代理` : '这个代理'}：${reason.zh}。`,
  }),
  notAProxy: {
    en: 'it is not a proxy URL such as http://host:8080 or socks5://host:1080',
    zh: '它不是代理地址；正确的例子：http://host:8080、socks5://host:1080',
  },
  libraryMissing: (library: string): Text => ({ en: `${library} is not installed`, zh: `没有安装 ${library}` }),
  notInstalled: { en: 'it is not installed', zh: '没有安装' },
  missing: { en: 'the file does not exist', zh: '文件不存在' },
  unknownName: {
    en: 'it is neither a path nor chrome, chromium or msedge',
    zh: '它既不是路径，也不是 chrome、chromium 或 msedge',
  },
  notAProgram: {
    en: 'it is not a program that this user can run, or only a stub that asks for the chromium snap',
    zh: '当前用户无法运行它，或者它只是提示安装 chromium snap 的占位程序',
  },
  snap: {
    en: 'Chromium from the snap store cannot read /tmp or hidden folders of the home folder',
    zh: 'snap 商店的 Chromium 无法读取 /tmp 和主目录里的隐藏文件夹',
  },
  notReady: (seconds: number): Text => ({ en: `it was not ready within ${seconds} s`, zh: `${seconds} 秒内没有就绪` }),
  notRestored: (seconds: number): Text => ({
    en: `the saved session was not restored within ${seconds} s`,
    zh: `${seconds} 秒内没有恢复已保存的会话`,
  }),
  stopped: { en: 'the run was stopped', zh: '运行已被中止' },
  profileOpen: { en: 'its profile is open in another browser', zh: '它的配置目录正被另一个浏览器使用' },
  mayNotStart: {
    en: 'this user may not run it or write to its profile',
    zh: '当前用户无权运行它，或无权写入它的配置目录',
  },
  otherProtocol: {
    en: 'it does not support the debugging protocol of this Playwright',
    zh: '它不支持当前 Playwright 的调试协议',
  },
  otherMachine: { en: 'it is not a program for this machine', zh: '它不是适用于这台机器的程序' },
  exitCode: (code: string): Text => ({
    en: `it ended at once with exit code ${code}`,
    zh: `它立即退出，退出码 ${code}`,
  }),
  signal: (signal: string): Text => ({ en: `it was ended by ${signal}`, zh: `它被 ${signal} 终止` }),
  endedAtOnce: { en: 'it ended at once', zh: '它立即退出' },
  socksLogin: {
    en: 'Chromium cannot sign in to a SOCKS proxy; use its HTTP port or a relay without a login, or `--method http`',
    zh: 'Chromium 无法登录 SOCKS 代理；请改用它的 HTTP 端口、无需登录的本机转发，或 `--method http`',
  },
  notEncoded: {
    en: 'its user name or password is not percent-encoded (% is %25)',
    zh: '用户名或密码没有做百分号编码（% 写作 %25）',
  },
} as const;
