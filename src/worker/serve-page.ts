import { loadPlaywright } from '../browser/launch-browser.js';
import { hostPage } from './page-host.js';

/** Drives a page for the renewal that started this process: see start-page-process.ts. */
export function servePage(): void {
  hostPage(
    {
      send: (message) => {
        if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
      },
      onMessage: (handle) => void process.on('message', handle),
      // Without its renewal, this process must not press anything. Its end closes the pipe to the browser, which
      // then ends, too.
      onClosed: (handle) => {
        process.on('disconnect', () => {
          handle();
          process.kill(process.pid, 'SIGKILL');
        });
      },
    },
    process.env,
    () => {
      process.removeAllListeners('disconnect');
      process.disconnect();
    },
  );
  // Load Playwright while the renewal finds the browser and reads the account.
  loadPlaywright();
}
