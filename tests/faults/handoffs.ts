import type { HandoffRound, Wanted } from './handoff-round.js';

/** Tells the round that a moment has come, from which on a process may be killed. */
export type Reach = (moment: string) => void;

export interface Handoff {
  /** How long after each moment the kill comes at the latest. */
  readonly moments: Readonly<Record<string, number>>;
  readonly wanted: Wanted;
  /** The page goes to a phone. */
  readonly isServer?: boolean;
  /** What the next run is called, where no watch runs. */
  readonly next?: readonly string[];
  /** Makes the account, and what happens before the first process is started. */
  readonly prepare: (round: HandoffRound) => Promise<void>;
  /** Starts the processes and acts as the owner. Goes on until the kill. */
  readonly play: (round: HandoffRound, reach: Reach, isWatched: boolean) => Promise<void>;
}

const slider = { captcha: { where: 'dialog', on: 'rotate', nth: 1, after: 'reissue' } } as const;
export const refresh = ['refresh', 'work', '--wait', '20s'];
export const unblock = ['unblock', 'work', '--wait', '20s'];

async function due(round: HandoffRound, method = round.pick(['http', 'http', 'browser'])): Promise<void> {
  await round.addAccount({ method });
  round.makeDue();
  round.simulator.console.weather.set(slider);
}

/** Starts what renews and asks. */
const begin = (round: HandoffRound, isWatched: boolean) => round.start(...(isWatched ? ['watch'] : refresh));

async function shown(round: HandoffRound, reach: Reach): Promise<string> {
  const { feishu } = round.simulator;
  const requests = feishu.requests().length;
  reachWhen(round, reach, 'the browser is up', () => round.find('browser'));
  reachWhen(round, reach, 'the card is sent', () => feishu.requests().length > requests);
  const card = await round.until('the card', () => round.cards().find(({ content }) => hasButtons(content)));
  reach('the card is in the chat');
  await round.until('the stored card', async () => (await round.question())?.reached?.includes('card'));
  reach('the question waits');
  return card.messageId;
}

function reachWhen(round: HandoffRound, reach: Reach, moment: string, find: () => unknown): void {
  void round.until(moment, find).then(
    () => reach(moment),
    () => undefined,
  );
}

const hasButtons = (content: object) => /打开浏览器|提交/.test(JSON.stringify(content));

/** Gives the answer `ready` in one of the ways. */
async function answer(round: HandoffRound, reach: Reach, messageId: string): Promise<void> {
  const { feishu } = round.simulator;
  const way = round.pick(['press', 'reply', 'unblock'] as const);
  reach('the answer is given');
  if (way === 'press') await feishu.press(messageId, '打开浏览器');
  else if (way === 'reply') await feishu.say('好');
  else round.start(...unblock);
  await round.until('the stored answer', async () => (await round.question())?.state === 'ready');
  reach('the answer is stored');
}

async function solved(round: HandoffRound, reach: Reach, wanted: Wanted): Promise<void> {
  await round.solve(wanted, () => round.isKilled);
  reach('the owner is done');
}

/** What is going on when a process is killed. */
export const handoffs: Readonly<Record<string, Handoff>> = {
  'a question': {
    moments: {
      'the browser is up': 1500,
      'the card is sent': 400,
      'the card is in the chat': 60,
      'the question waits': 300,
    },
    wanted: 'slider',
    prepare: due,
    play: async (round, reach, isWatched) => {
      begin(round, isWatched);
      await shown(round, reach);
    },
  },
  'an answer': {
    moments: { 'the answer is given': 250, 'the answer is stored': 2500, 'the owner is done': 700 },
    wanted: 'slider',
    prepare: due,
    play: async (round, reach, isWatched) => {
      begin(round, isWatched);
      await answer(round, reach, await shown(round, () => undefined));
      await solved(round, reach, 'slider');
    },
  },
  'a takeover': {
    moments: {
      'the browser is up': 1500,
      'the link is sent': 300,
      'the phone is connected': 500,
      'a second unblock joins': 900,
      'the owner is done': 700,
    },
    wanted: 'slider',
    isServer: true,
    prepare: (round) => due(round, 'http'),
    play: async (round, reach, isWatched) => {
      begin(round, isWatched);
      const messageId = await shown(round, () => undefined);
      if (round.pick([true, false])) await round.simulator.feishu.press(messageId, '打开浏览器');
      else round.start(...unblock, '--remote');
      await round.until('the browser', () => round.find('browser'));
      reach('the browser is up');
      const link = await round.until('a link', () => round.newLink());
      reach('the link is sent');
      await round.openPhone(link);
      reach('the phone is connected');
      round.start(...unblock, '--remote');
      reach('a second unblock joins');
      await round.openPhone(await round.until('another link', () => round.newLink()));
      await solved(round, reach, 'slider');
    },
  },
  'a code': {
    moments: {
      'the browser is up': 2000,
      'the question waits': 300,
      'the code is given': 100,
      'the code is typed': 1500,
      'the key is made': 500,
    },
    wanted: 'code',
    prepare: async (round) => {
      await round.addAccount({ method: 'browser' });
      round.makeDue();
      round.simulator.console.weather.set({ smsOnReset: true, smsResendAfterMs: 0 });
    },
    play: async (round, reach, isWatched) => {
      begin(round, isWatched);
      await shown(round, reach);
      reach('the code is given');
      await round.until('an answered card', () => round.answerCard());
      await round.until('the stored code', async () => (await round.question())?.answeredAt !== undefined);
      reach('the code is typed');
      await round.until('the new key', () => round.truth().rotations > 1);
      reach('the key is made');
    },
  },
  'a first sign-in': {
    moments: { 'the browser is up': 1500, 'the owner signs in': 1800, 'the owner is done': 3000 },
    wanted: 'sign-in',
    next: ['login', 'work', '--yes', '--timeout', '30s'],
    prepare: (round) => round.addAccount({ hasSession: false }),
    play: async (round, reach, isWatched) => {
      if (isWatched) {
        round.start('watch');
        await round.until('the watch', () => round.simulator.feishu.connections() > 0);
      }
      round.start('login', 'work', '--yes', '--timeout', '60s');
      await round.until('the browser', () => round.find('browser'));
      reach('the browser is up');
      const { console: site } = round.simulator;
      reachWhen(round, reach, 'the owner signs in', () => site.requests().some(({ path }) => path === '/login'));
      await solved(round, reach, 'sign-in');
    },
  },
  'a forced renewal': {
    moments: {
      'the card is sent': 400,
      'the question waits': 300,
      'the answer is given': 250,
      'the answer is stored': 2500,
      'the owner is done': 700,
    },
    wanted: 'slider',
    next: [...refresh, '--force'],
    prepare: async (round) => {
      await round.addAccount();
      round.simulator.console.weather.set(slider);
    },
    play: async (round, reach, isWatched) => {
      const watch = isWatched ? round.start('watch') : undefined;
      if (watch) await round.until('the watch', () => round.simulator.feishu.connections() > 0);
      const run = round.start(...refresh, '--force');
      // The watch finds a question of another process within a minute, or at once when it loads its settings again.
      if (watch) void run.child.ended.then(() => watch.child.process.kill('SIGHUP'));
      await answer(round, reach, await shown(round, reach));
      await solved(round, reach, 'slider');
    },
  },
};
