import { test } from '@playwright/test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isOpen, type Question } from '../../src/core/question.js';
import { faultAnnotation, noFigures } from './fault-figures.js';
import { expect, isLong, size } from './fault-world.js';
import { HandoffRound, type Wanted } from './handoff-round.js';
import { handoffs, refresh, unblock, type Handoff, type Reach } from './handoffs.js';

test.describe.configure({ timeout: isLong ? 3_600_000 : 120_000 });

/** The processes that are killed, and how. What does not run at that moment is replaced by the supervisor. */
const victims = [
  ['supervisor', 'SIGKILL'],
  ['supervisor', 'SIGKILL'],
  ['supervisor', 'SIGTERM'],
  ['worker', 'SIGKILL'],
  ['worker', 'SIGTERM'],
  ['worker', 'SIGSTOP'],
  ['browser', 'SIGKILL'],
] as const;

/** Runs only this round of each test, to repeat one that failed. */
const only = process.env['FAULTS_ROUND'] === undefined ? undefined : Number(process.env['FAULTS_ROUND']);

for (const isWatched of [false, true]) {
  for (const [index, [what, handoff]] of Object.entries(handoffs).entries()) {
    // With a watch, the short form leaves out what differs least.
    if (!isLong && isWatched && ['a takeover', 'a first sign-in'].includes(what)) continue;
    const title = `killed during ${what}${isWatched ? ', with a watch' : ''}`;
    test(title, async () => {
      const figures = { ...noFigures('one-key'), askedTwice: 0, leftovers: 0 };
      const failures: string[] = [];
      for (let nth = only ?? 0; nth <= (only ?? 99) && figures.kills < size(18, 1); nth += 1) {
        const round = await HandoffRound.open(1000 * index + 500 * Number(isWatched) + nth, handoff);
        try {
          await playRound(round, {
            handoff,
            isWatched,
            figures,
            fail: (why) => failures.push(`round ${nth}, ${why}`),
          });
        } catch (error) {
          failures.push(`round ${nth}: ${String(error)}\n${transcript(round)}`);
        } finally {
          await round.close();
        }
      }
      test.info().annotations.push({ type: faultAnnotation, description: JSON.stringify(figures) });
      expect(failures.join('\n\n')).toBe('');
    });
  }
}

interface Judging {
  readonly handoff: Handoff;
  readonly isWatched: boolean;
  readonly figures: ReturnType<typeof noFigures> & { askedTwice: number; leftovers: number };
  readonly fail: (why: string) => void;
}

async function playRound(round: HandoffRound, { handoff, isWatched, figures, fail }: Judging): Promise<void> {
  await handoff.prepare(round);
  const before = round.truth();
  const historyBefore = await round.history();
  const moment = round.pick(Object.keys(handoff.moments));
  const [victim, how] = round.pick(victims);
  const afterMs = Math.round(round.random.next() ** 2 * (handoff.moments[moment] ?? 0));
  const label = `${victim} got ${how} ${afterMs} ms after: ${moment}`;

  let reach: Reach = () => undefined;
  const reached = new Promise<void>((resolve) => (reach = (now) => now === moment && resolve()));
  const playing = handoff.play(round, reach, isWatched);
  // What the play waits for never comes once its process is dead.
  playing.catch(() => undefined);
  await Promise.race([reached, playing]);
  await sleep(afterMs);

  const found = victim === 'supervisor' ? undefined : round.find(victim);
  const living = round.living().filter(({ words }) => handoff.wanted !== 'sign-in' || words.startsWith('login'));
  const supervisor = living.length > 0 ? round.pick(living).child.process.pid : undefined;
  const pid = found?.pid ?? supervisor;
  if (pid === undefined) return;
  const known = { cards: round.cards().length, question: await round.question() };
  const left = (await round.kill(pid, found ? how : how === 'SIGTERM' ? how : 'SIGKILL')).map(({ command }) => command);

  const problems: string[] = [];
  const after = round.truth();
  const inRun = after.rotations - before.rotations;
  const wasOnDisk = (await round.notOnDisk(after.keys.slice(before.keys.length))).length === 0;
  const read = () => round.question().catch((error: unknown) => void problems.push(`unreadable: ${String(error)}`));
  const asked = (await read()) ?? undefined;
  // The card that a killed supervisor was sending is in the chat by now. One that lives may have sent a second card.
  const at = found ? known : { cards: round.cards().length, question: asked };

  // Who was not killed ends by itself; the owner helps it.
  const recoversAt = performance.now();
  const attended = attend(round, handoff.wanted);
  const commands = round.living().filter(({ words }) => words !== 'watch');
  await Promise.race([Promise.all(commands.map(({ child }) => child.ended)), sleep(60_000, undefined, { ref: false })]);
  for (const { words } of commands.filter(({ hasEnded }) => !hasEnded)) problems.push(`${words} did not end`);
  if (round.watch()) await watchEnds(round, before.rotations);
  left.push(...(await round.stillThere(() => round.leftovers())));
  // Once the console has taken the press, its challenge is over.
  const isPending = inRun === 0 && at.cards > 0 && !(await round.isRenewed(before.rotations));
  if (isPending && !isOpen((await read()) ?? undefined)) problems.push('the question is lost');

  // The next run, and then what the card or that run names.
  const watch = isWatched ? (round.watch() ?? round.start('watch')) : undefined;
  if (watch) await watchEnds(round, before.rotations);
  if (watch && (await round.hasSeenKey())) problems.push('the watch left a key unpublished that was seen');
  for (const command of nextCommands(round, handoff, { isWatched, asked })) {
    if (await round.isRenewed(before.rotations)) break;
    await command();
    if (watch) await watchEnds(round, before.rotations);
  }
  const isRenewed = await round.isRenewed(before.rotations);
  if (isRenewed) figures.recoveryMs.push(performance.now() - recoversAt);
  attended.end();

  const end = round.truth();
  const printed = await round.keyturn.inProcess('key', 'work');
  const isHeld = isRenewed && printed.stdout.trim() === end.currentKey;
  const gone = await round.notOnDisk(end.keys.slice(before.keys.length));
  const said = round.runs.map(({ said }) => said).join('') + (await round.history()).slice(historyBefore.length);
  const isSilent = gone.length > 0 && !/KT611|answer-lost|not-seen|without its answer/.test(said);
  const further = end.rotations - after.rotations;
  const needless = Math.max(0, further - (inRun === 0 || !wasOnDisk ? 1 : 0)) + Math.max(0, inRun - 1);
  // A card that was not recorded may be sent again, and after a code the page may ask for another one.
  const mayRepeat = at.question?.message === undefined ? 1 : 0;
  const mayAskForCode = asked?.code !== undefined && asked.answeredAt !== undefined ? 1 : 0;
  const isAskedTwice = round.cards().length - at.cards > mayRepeat + mayAskForCode;

  figures.cases += 1;
  figures.kills += 1;
  if (!isHeld || isSilent) figures.lost += 1;
  figures.orphans += gone.filter(({ isAlive }) => isAlive).length;
  figures.needless += needless;
  if (inRun > 0) figures.further += further;
  if (/KT611/.test(said)) figures.asked += 1;
  if (isAskedTwice) figures.askedTwice += 1;
  if (left.length > 0) figures.leftovers += 1;
  if (!isHeld) problems.push('no renewed key');
  if (isSilent) problems.push('a key is gone, and nothing says so');
  if (needless > 0) problems.push(`${needless} needless rotation(s): ${inRun} in the run, ${further} after it`);
  if (isAskedTwice) problems.push(`asked twice: ${at.cards} card(s), then ${round.cards().length}`);
  if (left.length > 0) problems.push(`left: ${left.join('; ')}`);
  if (/KT001|\n\s+at .*:\d+:\d+/.test(said)) problems.push('a run took the kill for a bug');
  if (problems.length > 0) fail(`${label}: ${problems.join('; ')}\n${JSON.stringify(asked)}\n${transcript(round)}`);
}

/** What the owner does after the kill until the key is renewed. */
function nextCommands(
  round: HandoffRound,
  { next, isServer }: Handoff,
  { isWatched, asked }: { readonly isWatched: boolean; readonly asked: Question | undefined },
): (() => Promise<unknown>)[] {
  const run = (words: readonly string[]) => async () => {
    await round.start(...words).child.ended;
    round.watch()?.child.process.kill('SIGHUP');
  };
  if (next && (!asked || !isOpen(asked))) return [run(next), run(next), run(refresh)];
  const byHand = run(isServer ? [...unblock, '--remote'] : unblock);
  if (isWatched) return [byHand, byHand];
  const reply = async () => {
    await round.simulator.feishu.say('好', { waitMs: 0 });
    await run(refresh)();
  };
  return [run(refresh), asked?.message && !isServer ? round.pick([reply, byHand]) : byHand, byHand];
}

/** Waits until the watch has done what it does by itself: the key is renewed, or nothing happens any more. */
async function watchEnds(round: HandoffRound, rotations: number): Promise<void> {
  let idleSince = performance.now();
  const deadlineAt = idleSince + 60_000;
  const isIdle = () => performance.now() - idleSince > 2500 || performance.now() > deadlineAt;
  while (!isIdle() && !(await round.isRenewed(rotations))) {
    if ((await round.isLocked()) || round.simulator.feishu.connections() === 0) idleSince = performance.now();
    await sleep(20);
  }
}

/** The owner answers every card that can be answered, and does what the visible browser wants. */
function attend(round: HandoffRound, wanted: Wanted): { end: () => void } {
  let isOver = false;
  void (async () => {
    while (!isOver) {
      await round.answerCard();
      await sleep(200);
    }
  })();
  void (async () => {
    while (!isOver) {
      await round.solve(wanted, () => isOver).catch(() => undefined);
      await sleep(50);
    }
  })();
  return { end: () => (isOver = true) };
}

const transcript = (round: HandoffRound) =>
  round.runs
    .map(
      ({ words, said, hasEnded }) =>
        `    $ keyturn ${words}${hasEnded ? '' : ' (runs)'}\n${said.replace(/^/gm, '    | ')}`,
    )
    .join('\n');
