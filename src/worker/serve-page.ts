import { loadPlaywright } from '../browser/launch-browser.js';
import { hostPage } from './page-host.js';

/** Drives a page for the renewal that has started this process: see start-page-process.ts. */
export function servePage(): void {
  hostPage(
    {
      send: (message) => {
        if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
      },
      onMessage: (handle) => void process.on('message', handle),
      // Without its renewal nothing may be pressed any more; at the end of its pipe the browser ends, too.
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
  // While the renewal looks for the browser and reads what it has to give.
  loadPlaywright();
}
