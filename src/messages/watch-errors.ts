import { same } from './text.js';

export const watchErrorTexts = {
  alreadyRunning: ({ home, holder }: { home: string; holder: string }) => ({
    message: {
      en: `Another keyturn watch is already running for ${home}: ${holder}.`,
      zh: `${home} 已有一个 keyturn watch 在运行：${holder}。`,
    },
    state: { en: 'Nothing was done; the other watch keeps running.', zh: '没有执行任何操作；另一个 watch 继续运行。' },
    hint: same('keyturn status'),
  }),
};
