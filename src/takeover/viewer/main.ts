import type { Controls, Hello, PageEntry, ToViewer } from '../protocol.js';
import { claimLink, Connection, hasSession, type Ending } from './connection.js';
import { Gestures } from './gestures.js';
import { PageView } from './picture.js';
import { Sheets } from './sheets.js';
import { fillTexts, text } from './texts.js';
import { byId, Typing } from './typing.js';

/** A tap this close to a field still counts as a tap on it. */
const fieldSlackPx = 6;
const toastMs = 4500;

fillTexts();
const canvas = byId('canvas') as HTMLCanvasElement;
const sheets = new Sheets();
const noControls: Controls = { type: 'controls', pageWidth: 0, selects: [], fields: [] };
let controls = noControls;
let pages: readonly PageEntry[] = [];
let currentPage = 0;
let deadlineAt = 0;
let toastTimer = 0;

const connection = new Connection({
  onMessage: hear,
  onPicture: (head, jpeg) => {
    void view.show(head, jpeg).then(() => {
      connection.send({ type: 'ack', n: head.n });
      document.body.dataset['pictures'] = String(head.n);
      showSettled();
    });
  },
  onState: (state) => {
    document.body.dataset['connection'] = state;
    byId('banner').textContent = state === 'open' ? '' : text('lost');
  },
  onEnding: end,
});

let stageWidth = 0;
let resizeTimer = 0;
const view = new PageView(canvas, {
  onZoom: showZoom,
  onResize: () => {
    clearTimeout(resizeTimer);
    // The keyboard makes the stage lower, not narrower.
    if (canvas.clientWidth !== stageWidth) resizeTimer = window.setTimeout(sendStage, 150);
  },
});
const typing = new Typing({
  connection,
  say: toast,
  onToggle: (isOpen) => {
    document.body.classList.toggle('is-typing', isOpen);
    byId('keyboard').setAttribute('aria-pressed', String(isOpen));
  },
});
const gestures = new Gestures({
  canvas,
  view,
  send: (message) => connection.send(message),
  onTap: (x, y) => {
    const field = controls.fields.find(
      ({ box }) =>
        x >= box.x - fieldSlackPx &&
        y >= box.y - fieldSlackPx &&
        x <= box.x + box.width + fieldSlackPx &&
        y <= box.y + box.height + fieldSlackPx,
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
      canvas.dataset['fields'] = String(controls.fields.length);
      canvas.dataset['selects'] = String(controls.selects.length);
      showSettled();
      return showZoom();
    case 'dialog':
      typing.close();
      return sheets.dialog(message, (accept, typed) =>
        connection.send({ type: 'dialog', id: message.id, accept, text: typed }),
      );
    case 'dialog-gone':
      return sheets.dialogGone(message.id);
    case 'open-select': {
      const select = controls.selects.find(({ id }) => id === message.id);
      if (!select) return;
      const { id, label, options, selected } = select;
      const choose = (index: number) => connection.send({ type: 'select', id, index });
      return sheets.choose(label || text('selectHead'), options, selected, choose);
    }
    case 'pages':
      if (message.current !== currentPage) {
        view.forgetFocus();
        controls = noControls;
        showSettled();
      }
      canvas.dataset['page'] = String(message.current);
      pages = message.pages;
      currentPage = message.current;
      byId('pages').hidden = pages.length < 2;
      return;
    case 'notice':
      return toast(text(`notice-${message.kind}`, { detail: message.detail ?? '' }));
    default:
      return;
  }
}

/** Settled: the page rests, and its controls are known in the size that the picture shows. */
function showSettled(): void {
  canvas.dataset['settled'] = String(view.pageWidth > 0 && view.pageWidth === controls.pageWidth);
}

function greet(hello: Hello): void {
  byId('who').textContent = text('who', { account: hello.account, site: hello.siteTitle });
  byId('why').textContent = text({ captcha: 'whyCaptcha', login: 'whyLogin', '2fa': 'why2fa' }[hello.kind]);
  byId('detail').textContent = hello.detail;
  deadlineAt = Date.now() + hello.leftMs;
  showLeft();
  show('work');
  sendStage();
}

function sendStage(): void {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (width === 0 || height === 0) return;
  stageWidth = width;
  connection.send({ type: 'view', width, height });
}

function showLeft(): void {
  if (deadlineAt === 0) return;
  const left = Math.max(0, Math.ceil((deadlineAt - Date.now()) / 1000));
  const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
  byId('left').textContent = text('left', { time });
  byId('left').classList.toggle('soon', left < 120);
}

function showZoom(): void {
  byId('zoom-label').textContent = text(view.isWhole ? 'focus' : 'whole');
}

function toast(message: string): void {
  const element = byId('toast');
  element.textContent = message;
  element.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = window.setTimeout(hideToast, toastMs);
}

function hideToast(): void {
  byId('toast').hidden = true;
}

function show(screen: 'start' | 'work' | 'end'): void {
  document.body.dataset['screen'] = screen;
}

function end(ending: Ending, message?: string): void {
  typing.close();
  sheets.close();
  byId('end-head').textContent = text(`end-${ending}`);
  byId('end-body').textContent = message ?? text(`end-${ending}-body`);
  byId('use-here').hidden = ending !== 'replaced';
  document.body.dataset['ending'] = ending;
  show('end');
}

async function start(): Promise<void> {
  const button = byId('start') as HTMLButtonElement;
  button.disabled = true;
  button.textContent = text('starting');
  const hash = location.hash;
  try {
    const claim = await claimLink();
    if (claim === 'claimed') connection.open();
    else end(claim);
  } catch {
    // The network failed, not the link, which is still valid.
    history.replaceState(null, '', location.pathname + hash);
    button.disabled = false;
    button.textContent = text('start');
    toast(text('connecting'));
  }
}

byId('start').addEventListener('click', () => void start());
byId('use-here').addEventListener('click', () => {
  connection.open();
  show('work');
});
byId('keyboard').addEventListener('pointerdown', (event) => event.preventDefault());
byId('keyboard').addEventListener('click', () => (typing.isOpen ? typing.close() : typing.open()));
byId('zoom').addEventListener('click', () => view.toggleZoom());
byId('pan').addEventListener('click', () => {
  gestures.isPanning = !gestures.isPanning;
  byId('pan').setAttribute('aria-pressed', String(gestures.isPanning));
  if (gestures.isPanning) toast(text('panOn'));
  else hideToast();
});
byId('pages').addEventListener('click', () => {
  const items = pages.map(({ title, host }) => ({ text: title || host || text('untitled') }));
  const ids = pages.map(({ id }) => id);
  sheets.choose(text('pagesHead'), items, ids.indexOf(currentPage), (index) =>
    connection.send({ type: 'page', id: ids[index] ?? currentPage }),
  );
});
byId('done').addEventListener('click', () => {
  typing.close();
  connection.send({ type: 'done' });
});
byId('give-up').addEventListener('click', () => {
  hideToast();
  sheets.ask(text('giveUpHead'), text('giveUpBody'), [
    { label: text('giveUpYes'), onPress: () => connection.send({ type: 'give-up' }) },
    { label: text('giveUpNo'), isMain: true, onPress: () => undefined },
  ]);
});
byId('about').addEventListener('click', () => document.body.classList.toggle('detailed'));
// iOS shows the keyboard over the page instead of shrinking the page.
window.visualViewport?.addEventListener('resize', () => {
  document.body.style.height = `${Math.round(window.visualViewport?.height ?? innerHeight)}px`;
  window.scrollTo(0, 0);
});
window.setInterval(showLeft, 1000);

show('start');
// The page was reloaded, or reopened on the phone that claimed the link: no need to press anything.
if (!location.hash) {
  void hasSession().then(
    (isMine) => (isMine ? connection.open() : end('signed-off')),
    () => connection.open(),
  );
}
