import type { FastifyInstance } from 'fastify';
import type { ConsoleState } from './console-state.js';
import { punishPage } from './pages/punish-page.js';
import { setCookie, visitOf } from './visit.js';
import type { CaptchaWeather } from './weather.js';

export type WatchedKind = CaptchaWeather['on'];

/** The moves of a drag, as the punish page sends them. Each has its pixels from the start and ms since the press. */
interface DragTrack {
  readonly x5secdata?: unknown;
  readonly distance?: unknown;
  readonly track?: unknown;
}

const clearanceS = 1200;
const fewestMoves = 8;
const fastestDragMs = 60;

/**
 * The risk control in front of the console. The nth request of the kind set in the weather arms it. Then it refuses
 * requests of that kind without a clearance cookie. The first request with such a cookie ends the episode.
 */
export class RiskControl {
  private seen = 0;
  private isArmed = false;
  private rejected = 0;
  private readonly challenges = new Set<string>();
  private readonly clearances = new Set<string>();

  constructor(private readonly state: ConsoleState) {
    state.weather.onChange((patch) => {
      if (!('captcha' in patch)) return;
      this.seen = 0;
      this.isArmed = false;
      this.rejected = 0;
      // Clearances of an earlier episode are not valid in a new one.
      if (patch.captcha) this.clearances.clear();
    });
  }

  /** Counts a request. If the request is refused, returns the `url` of the punish page that gives a clearance. */
  refuse(kind: WatchedKind, x5sec: string | undefined): { url: string; weather: CaptchaWeather } | undefined {
    const weather = this.state.weather.get().captcha;
    if (!weather) return undefined;
    if (kind === weather.on) {
      this.seen += 1;
      if (this.seen >= weather.nth) this.isArmed = true;
    }
    // A dialog cannot replace a document. It appears when the visited page requests its data.
    const stopped = weather.on === 'visit' && weather.where === 'dialog' ? 'read' : weather.on;
    if (!this.isArmed || kind !== stopped) return undefined;
    if (x5sec !== undefined && this.clearances.has(x5sec)) {
      this.state.weather.set({ captcha: null });
      return undefined;
    }
    return { url: this.newPunishUrl(weather), weather };
  }

  newPunishUrl(weather: Pick<CaptchaWeather, 'action'>): string {
    const challenge = this.state.random.hex(40);
    this.challenges.add(challenge);
    const action = weather.action ?? 'captcha';
    return `/_____tmd_____/punish?x5secdata=${challenge}&x5step=1&action=${action}`;
  }

  register(app: FastifyInstance): void {
    app.get<{ Querystring: { action?: string; x5secdata?: string } }>('/_____tmd_____/punish', (request, reply) => {
      const action = request.query.action;
      return reply
        .type('text/html; charset=utf-8')
        .header('bxpunish', '1')
        .send(
          punishPage({
            action: action === 'wait' || action === 'deny' ? action : 'captcha',
            challenge: (request.query.x5secdata ?? '').replace(/[^0-9a-f]/g, ''),
          }),
        );
    });

    app.post<{ Body: DragTrack }>('/_____tmd_____/verify', (request, reply) => {
      const { x5secdata } = request.body ?? {};
      if (typeof x5secdata !== 'string' || !this.challenges.has(x5secdata)) return { code: 'expired' };
      const weather = this.state.weather.get().captcha;
      if (!isPlausibleDrag(request.body) || this.rejected < (weather?.rejectFirst ?? 0)) {
        this.rejected += 1;
        visitOf(request).entry.note = 'drag-refused';
        return { code: 'refused', error: this.state.random.hex(6) };
      }
      this.challenges.delete(x5secdata);
      const clearance = this.state.random.hex(48);
      this.clearances.add(clearance);
      setCookie(reply, `x5sec=${clearance}; Path=/; Max-Age=${clearanceS}; HttpOnly; SameSite=Lax`);
      return { code: 'passed', reissue: weather?.after !== 'lost' };
    });
  }
}

/** Returns the refusal for a request that expects JSON. With a dialog size, the page opens it as a dialog. */
export function punishJson(url: string, where: CaptchaWeather['where']): object {
  return {
    ret: ['FAIL_SYS_USER_VALIDATE', 'RGV587_ERROR::SM::哎哟喂,被挤爆啦,请稍后重试'],
    data: { url, ...(where === 'dialog' ? { dialogSize: { width: '440', height: '300' } } : {}) },
  };
}

/** Returns whether a hand could have made the drag: it takes time and has many moves, without a jump to the end. */
function isPlausibleDrag(body: DragTrack): boolean {
  const { track, distance } = body;
  if (!Array.isArray(track) || typeof distance !== 'number' || distance <= 0) return false;
  const points = (track as unknown[]).filter(
    (point): point is [number, number] =>
      Array.isArray(point) && typeof point[0] === 'number' && typeof point[1] === 'number',
  );
  const first = points[0];
  const last = points.at(-1);
  if (points.length < fewestMoves || !first || !last) return false;
  const longestStep = Math.max(...points.slice(1).map((point, i) => point[0] - (points[i]?.[0] ?? 0)));
  return last[0] >= distance - 2 && last[1] - first[1] >= fastestDragMs && longestStep <= distance / 2;
}
