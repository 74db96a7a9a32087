import { same, untranslated } from './text.js';

const untouched = 'Nothing was read or changed at the site.';

export const siteErrorTexts = {
  profileNotFound: ({ asked, builtIn }: { asked: string; builtIn: readonly string[] }) => ({
    message: untranslated(
      `There is no site profile "${asked}": it is neither a file nor one of the built-in ones (${builtIn.join(', ')}).`,
    ),
    state: untranslated(untouched),
    hint: same('keyturn account add --help'),
  }),
  profileInvalid: ({ file, problems }: { file: string; problems: readonly string[] }) => ({
    message: untranslated(
      `The site profile ${file} cannot be used, for ${problems.length === 1 ? 'one reason' : `${problems.length} reasons`}:\n` +
        problems.map((problem) => `  ${problem}`).join('\n'),
    ),
    state: untranslated(untouched),
    hint: same('Correct the file; docs/site-profiles.md describes every word.'),
  }),
  profileUnreadable: ({ file, why }: { file: string; why: string }) => ({
    message: untranslated(`The site profile ${file} cannot be read: ${why}.`),
    state: untranslated(untouched),
    hint: same('keyturn account list'),
  }),
  badAddress: ({ value, why }: { value: string; why: string }) => ({
    message: untranslated(`"${value}" cannot be used as the address of a site or probe: ${why}.`),
    state: untranslated(untouched),
    hint: same('keyturn account add --help'),
  }),
  missingSection: ({ site, section }: { site: string; section: 'http' | 'page' }) => ({
    message: untranslated(
      `The site profile ${site} has no ${section} section, so the key cannot be renewed ${section === 'http' ? 'over HTTP' : 'in a browser'}.`,
    ),
    state: untranslated(untouched),
    hint: same(`keyturn refresh --method ${section === 'http' ? 'browser' : 'http'}`),
  }),
  badProxy: ({ scheme }: { scheme: string }) => ({
    message: untranslated(
      `The proxy's scheme "${scheme}" is not one of http, https, socks, socks4, socks4a, socks5 and socks5h.`,
    ),
    state: untranslated(untouched),
    hint: same('keyturn account add --help'),
  }),
};
