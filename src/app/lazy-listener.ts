import type { Listener, ListenerOptions } from '../takeover/listener.js';

export type LazyListener = ReturnType<typeof lazyListener>;

/** Loads and opens the listener of the takeover pages when the first link is asked for. */
export function lazyListener(options: ListenerOptions) {
  let shared: Promise<Listener> | undefined;
  const open = () => (shared ??= import('../takeover/listener.js').then(({ shareListener }) => shareListener(options)));
  return {
    /** A new link to the account's open page, and the port of this machine. Undefined when no page is open. */
    newLink: async (account: string) => {
      const { askForToken } = await import('../takeover/page-socket.js');
      const found = await askForToken(options.home, account);
      if (!found) return undefined;
      const listener = await open();
      return { link: await listener.linkTo(account, found.token), until: found.until, port: await listener.port() };
    },
    /** Listens from now on, so that the address of a page that has ended says so. */
    open: async (): Promise<void> => void (await (await open()).port()),
    close: (): void => void shared?.then((listener) => listener.close()).catch(() => undefined),
  };
}
