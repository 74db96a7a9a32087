import { same, untranslated } from './text.js';

export const watchErrorTexts = {
  alreadyRunning: ({ home, holder }: { home: string; holder: string }) => ({
    message: untranslated(`${home} is watched over already: ${holder}.`),
    state: untranslated('Nothing was done; the first one goes on.'),
    hint: same('keyturn status'),
  }),
};
