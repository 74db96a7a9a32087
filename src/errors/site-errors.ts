import { entry } from './app-error.js';

const untouched = 'Nothing was read or changed at the site.';

/** KT4xx: site profiles and the values that they are resolved with. */
export const siteErrors = {
  profileNotFound: entry<{ asked: string; builtIn: readonly string[] }>({
    code: 'KT401',
    title: 'no such site profile',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ asked, builtIn }) =>
      `There is no site profile "${asked}": it is neither a file nor one of the built-in ones (${builtIn.join(', ')}).`,
    state: untouched,
    hint: 'keyturn account add --help',
    byItself: 'renews the other accounts',
    example: { asked: 'iflwo', builtIn: ['iflow'] },
  }),
  profileInvalid: entry<{ file: string; problems: readonly string[] }>({
    code: 'KT402',
    title: 'the site profile has mistakes',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ file, problems }) =>
      `The site profile ${file} cannot be used, for ${problems.length === 1 ? 'one reason' : `${problems.length} reasons`}:\n` +
      problems.map((problem) => `  ${problem}`).join('\n'),
    state: untouched,
    hint: 'Correct the file; profiles/README.md describes every key.',
    byItself: 'renews the other accounts',
    example: { file: '/home/me/lab.yaml', problems: ['baseUrl: is not an http or https address'] },
  }),
  profileUnreadable: entry<{ file: string; why: string }>({
    code: 'KT403',
    title: 'the site profile cannot be read',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ file, why }) => `The site profile ${file} cannot be read: ${why}.`,
    state: untouched,
    hint: 'keyturn account list',
    byItself: 'renews the other accounts; reads it again with the next run',
    example: { file: '/home/me/lab.yaml', why: 'ENOENT' },
  }),
  badAddress: entry<{ value: string; why: string }>({
    code: 'KT404',
    title: 'not a usable address',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ value, why }) => `"${value}" cannot be used as the address of a site or probe: ${why}.`,
    state: untouched,
    hint: 'keyturn account add --help',
    byItself: 'renews the other accounts',
    example: { value: 'https://platform.example.com/path', why: 'the address of a console has no path' },
  }),
  missingSection: entry<{ site: string; section: 'http' | 'page' }>({
    code: 'KT405',
    title: 'the site profile lacks this way to renew',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ site, section }) =>
      `The site profile ${site} has no ${section} section, so the key cannot be renewed ${section === 'http' ? 'over HTTP' : 'in a browser'}.`,
    state: untouched,
    hint: ({ section }) => `keyturn refresh --method ${section === 'http' ? 'browser' : 'http'}`,
    byItself: 'renews the other accounts',
    example: { site: 'lab', section: 'http' },
  }),
  badProxy: entry<{ scheme: string }>({
    code: 'KT406',
    title: 'unknown kind of proxy',
    exitCode: 2,
    next: 'fix-settings',
    message: ({ scheme }) =>
      `The proxy's scheme "${scheme}" is not one of http, https, socks, socks4, socks4a, socks5 and socks5h.`,
    state: untouched,
    hint: 'keyturn account add --help',
    byItself: 'renews the other accounts',
    example: { scheme: 'ftp' },
  }),
};
