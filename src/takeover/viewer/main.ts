import type { Controls, Ending, Hello, ToViewer } from '../protocol.js';
import { claimLink, Connection } from './connection.js';
import { Gestures } from './gestures.js';
import { PageView } from './picture.js';
import { ask, closeSheet } from './sheet.js';
import { byId, fillTexts, text } from './texts.js';
import { Typing } from './typing.js';

/** A tap this close to a field still counts as a tap on it. */
const fieldSlackPx = 6;
const toastMs = 4500;

fillTexts();
byId('start-head').textContent = text('startHead', { site: document.body.dataset['site'] ?? '' });
const stage = byId('stage');
const canvas = byId('canvas') as HTMLCanvasElement;
const pages = byId('pages') as HTMLSelectElement;
let controls: Controls | undefined;
let toastTimer = 0;
let resizeTimer = 0;
let stageWidth = 0;

const view = new PageView(stage, canvas);
const connection = new Connection({
  onMessage: hear,
  onPicture: (head, jpeg) => {
    void view.show(head, jpeg).then(() => {
      connection.send({ type: 'ack' });
      showSettled();
    });
  },
  onState: (state) => {
    document.body.dataset['connection'] = state;
    byId('banner').textContent = state === 'open' ? '' : text('lost');
  },
  onEnding: end,
});
const typing = new Typing((message) => connection.send(message));
new Gestures({
  stage,
  view,
  send: (message) => connection.send(message),
  onTap: ({ x, y }) => {
    const field = controls?.fields.find(
      ({ box }) =>
        Math.abs(x - box.x - box.width / 2) <= box.width / 2 + fieldSlackPx &&
        Math.abs(y - box.y - box.height / 2) <= box.height / 2 + fieldSlackPx,
    );
    if (!field) return;
    typing.open(field);
    // Waits for the keyboard, which makes the stage smaller.
    setTimeout(() => view.reveal(field.box), 350);
  },
});

function hear(message: ToViewer): void {
  switch (message.type) {
    case 'hello':
      return greet(message);
    case 'controls':
      controls = message;
      view.setFocus(message.focus);
      return showSettled();
    case 'dialog': {
      const { kind, message: body, defaultValue } = message;
      typing.close();
      return ask(
        { head: `dialog-${kind}`, body, yes: 'ok', no: kind === 'alert' ? undefined : 'cancel' },
        (accept, typed) => connection.send({ type: 'dialog', accept, text: typed }),
        kind === 'prompt' ? defaultValue : undefined,
      );
    }
    case 'dialog-gone':
      return closeSheet();
    case 'pages':
      if (pages.selectedIndex !== message.current) {
        view.forgetFocus();
        controls = undefined;
      }
      pages.replaceChildren(...message.pages.map((address) => new Option(address)));
      pages.selectedIndex = message.current;
      pages.hidden = message.pages.length < 2;
      return showSettled();
    case 'notice':
      return toast(text(`notice-${message.kind}`, { detail: message.detail ?? '' }));
    case 'pong':
  }
}

/** For code outside this page such as tests: the page rests, and its fields are known in the size of the picture. */
function showSettled(): void {
  const isSettled = canvas.width > 0 && canvas.width === controls?.pageWidth;
  Object.assign(canvas.dataset, { settled: isSettled, fields: controls?.fields.length, page: pages.selectedIndex });
}

function greet(hello: Hello): void {
  const until = new Date(Date.now() + hello.leftMs).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  byId('who').textContent = text('who', { account: hello.account, site: hello.siteTitle });
  byId('why').textContent = text(`why-${hello.kind}`);
  byId('until').textContent = text('until', { time: until });
  document.body.dataset['screen'] = 'work';
  sendStage();
}

function sendStage(): void {
  const { clientWidth: width, clientHeight: height } = stage;
  if (width === 0 || height === 0) return;
  stageWidth = width;
  connection.send({ type: 'view', width, height });
}

function toast(message: string): void {
  byId('toast').textContent = message;
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(() => (byId('toast').textContent = ''), toastMs);
}

function end(ending: Ending): void {
  typing.close();
  closeSheet();
  toast('');
  byId('end-head').textContent = text(`end-${ending}`);
  byId('end-body').textContent = text(`end-${ending}-body`);
  byId('use-here').hidden = ending !== 'replaced';
  document.body.dataset['screen'] = 'end';
}

async function start(): Promise<void> {
  const button = byId('start') as HTMLButtonElement;
  button.disabled = true;
  try {
    const claim = await claimLink();
    if (claim === 'claimed') connection.open();
    else end(claim);
  } catch {
    // The network failed, not the link, which is still valid.
    button.disabled = false;
    toast(text('unreachable'));
  }
}

byId('start').addEventListener('click', () => void start());
byId('use-here').addEventListener('click', () => connection.open());
byId('keyboard').addEventListener('mousedown', (event) => event.preventDefault());
byId('keyboard').addEventListener('click', () => (typing.isOpen ? typing.close() : typing.open()));
byId('zoom').addEventListener('click', () => view.toggleZoom());
byId('typing-hide').addEventListener('click', () => typing.close());
pages.addEventListener('change', () => connection.send({ type: 'page', index: pages.selectedIndex }));
byId('done').addEventListener('click', () => {
  typing.close();
  toast(text('looking'));
  connection.send({ type: 'done' });
});
byId('give-up').addEventListener('click', () =>
  ask({ head: 'giveUpHead', body: text('giveUpBody'), yes: 'giveUp', no: 'giveUpNo' }, (isSure) => {
    if (isSure) connection.send({ type: 'give-up' });
  }),
);
new ResizeObserver(() => {
  view.place();
  clearTimeout(resizeTimer);
  // The keyboard makes the stage lower, not narrower.
  if (stage.clientWidth !== stageWidth) resizeTimer = window.setTimeout(sendStage, 150);
}).observe(stage);
// iOS shows the keyboard over the page instead of shrinking the page.
window.visualViewport?.addEventListener('resize', () => {
  const { height = innerHeight, scale = 1 } = window.visualViewport ?? {};
  // Not while the person looks closer with two fingers on the bars.
  if (scale > 1.01) return;
  document.body.style.height = `${Math.round(height)}px`;
  window.scrollTo(0, 0);
});

// The page was reloaded, or reopened on the phone that claimed the link: no need to press anything.
// A new link to the page that this tab shows differs only in its token.
addEventListener('hashchange', () => location.reload());
if (!location.hash) connection.open();
