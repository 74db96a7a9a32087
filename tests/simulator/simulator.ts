import { SimulatedClock } from './clock.js';
import { startConsole } from './console.js';
import type { ConsoleKind, ConsoleSimulator } from './console-types.js';
import { startControl } from './control.js';
import type { FeishuSimulator } from './feishu.js';
import { SeededRandom } from './random.js';
import { WeatherStation, type WeatherPatch } from './weather.js';

export type * from './console-types.js';
export type { WeatherPatch } from './weather.js';

export interface SimulatorOptions {
  /** The kind of console. Default `one-key`. */
  readonly kind?: ConsoleKind;
  /** Ports on 127.0.0.1. 0 or undefined selects a free port. */
  readonly consolePort?: number;
  readonly apiPort?: number;
  readonly feishuPort?: number;
  readonly controlPort?: number;
  /** The clock that all parts share; by default one that starts at the machine's time. */
  readonly clock?: SimulatedClock;
  /** For the same order of events, the same seed gives the same keys, codes and tokens. Default 1. */
  readonly seed?: number;
  readonly weather?: WeatherPatch;
}

export interface Simulator {
  readonly console: ConsoleSimulator;
  readonly feishu: FeishuSimulator;
  /** `http://127.0.0.1:PORT`. `GET /` returns its manual. */
  readonly controlUrl: string;
  readonly clock: SimulatedClock;
  /** Closes all connections and ports at once. Never throws. May be called twice. */
  close(): Promise<void>;
}

/** Starts the console, the chat service, the simulated Feishu and the control port, all on 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = options.clock ?? new SimulatedClock();
  const seed = options.seed ?? 1;
  const started: { close(): Promise<void> }[] = [];
  const close = async () => {
    await Promise.allSettled(started.splice(0).map((part) => part.close()));
  };
  try {
    const site = await startConsole({
      kind: options.kind,
      consolePort: options.consolePort,
      apiPort: options.apiPort,
      clock,
      random: new SeededRandom(seed),
      weather: new WeatherStation(options.weather),
    });
    started.push(site);
    // Import this late: the libraries for Feishu's protocol take time to load, and the console does not need them.
    const { startFeishu } = await import('./feishu.js');
    const feishu = await startFeishu({ port: options.feishuPort, clock, seed });
    started.push(feishu);
    const control = await startControl({ port: options.controlPort, console: site, feishu, clock });
    started.push(control);
    return { console: site, feishu, controlUrl: control.url, clock, close };
  } catch (error) {
    await close();
    throw error;
  }
}
