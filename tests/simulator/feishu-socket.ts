import { randomUUID } from 'node:crypto';
import type { WebSocket } from 'ws';
import type { Delivery, FeishuWeather } from './feishu-types.js';
import { decodeFrame, encodeFrame, frameHeader, type Frame } from './feishu-frames.js';

/** An event as it is sent. A redelivered event keeps its id. */
export interface WireEvent {
  readonly eventId: string;
  readonly payload: Record<string, unknown>;
}

interface Waiting {
  readonly resolve: (answer: { code: number; data?: unknown }) => void;
}

interface Client {
  readonly socket: WebSocket;
  /** The client loses frames sent before its first ping, so nothing is sent until then. */
  hasPinged: boolean;
}

/** The server side of the long connections. Answers pings, sends events, and matches acknowledgements by message id. */
export class LongConnections {
  private readonly clients = new Set<Client>();
  private readonly waiting = new Map<string, Waiting>();
  private readonly unacked = new Map<string, WireEvent>();
  private seq = 0n;
  made = 0;

  constructor(
    private readonly weather: FeishuWeather,
    private readonly clientConfig: Record<string, number>,
    private readonly serviceId: number,
  ) {}

  get live(): number {
    return [...this.clients].filter((client) => client.hasPinged).length;
  }

  add(socket: WebSocket): void {
    const client: Client = { socket, hasPinged: false };
    this.clients.add(client);
    this.made += 1;
    socket.on('message', (data: Buffer) => this.receive(client, data));
    socket.on('close', () => this.clients.delete(client));
    socket.on('error', () => this.clients.delete(client));
  }

  drop(): void {
    for (const { socket } of this.clients) socket.terminate();
    this.clients.clear();
  }

  /** Sends an event on one of the connections, as Feishu does, and waits for its acknowledgement. */
  async deliver(event: WireEvent, waitMs: number): Promise<Delivery> {
    const startedAt = Date.now();
    const client = await this.pick(startedAt + waitMs);
    const took = () => Date.now() - startedAt;
    this.unacked.set(event.eventId, event);
    if (this.weather.stolenEvents > 0) {
      this.weather.stolenEvents -= 1;
      this.unacked.delete(event.eventId);
      return { eventId: event.eventId, acked: true, code: 200, tookMs: took() };
    }
    if (!client) return { eventId: event.eventId, acked: false, personSees: 200340, tookMs: took() };
    const answers = Array.from({ length: Math.max(1, this.weather.deliveries) }, () =>
      this.send(client, event, startedAt + waitMs),
    );
    const answer = (await Promise.all(answers))[0];
    if (!answer) return { eventId: event.eventId, acked: false, personSees: 200671, tookMs: took() };
    if (answer.code === 200) this.unacked.delete(event.eventId);
    return { eventId: event.eventId, acked: true, code: answer.code, ...readAnswer(answer), tookMs: took() };
  }

  async redeliver(waitMs: number): Promise<Delivery[]> {
    const events = [...this.unacked.values()];
    return Promise.all(events.map((event) => this.deliver(event, waitMs)));
  }

  private async pick(deadline: number): Promise<Client | undefined> {
    for (;;) {
      const ready = [...this.clients].filter((client) => client.hasPinged && client.socket.readyState === 1);
      if (ready.length > 0) return ready[Math.floor(Math.random() * ready.length)];
      if (Date.now() >= deadline) return undefined;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  private async send(client: Client, event: WireEvent, deadline: number) {
    const messageId = randomUUID();
    const payload = Buffer.from(JSON.stringify(event.payload));
    const sum = Math.min(Math.max(1, this.weather.fragments), payload.length);
    const size = Math.ceil(payload.length / sum);
    const answer = new Promise<{ code: number; data?: unknown } | undefined>((resolve) => {
      const timer = setTimeout(() => resolve(undefined), Math.max(0, deadline - Date.now()));
      this.waiting.set(messageId, {
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
      });
    });
    this.seq += 1n;
    for (let part = sum - 1; part >= 0 && !this.weather.silentSockets; part -= 1) {
      client.socket.send(
        encodeFrame({
          seqId: this.seq,
          // Above 2^53, like Feishu's ids. The client's protobuf rounds them, so nothing may depend on them.
          logId: 7_370_001_234_567_890_123n,
          service: this.serviceId,
          method: 1,
          headers: [
            ['type', 'event'],
            ['message_id', messageId],
            ['sum', String(sum)],
            ['seq', String(part)],
            ['trace_id', randomUUID().replaceAll('-', '')],
            ['timestamp', String(Date.now())],
            ['instance_id', 'simulator'],
          ],
          payload: payload.subarray(part * size, (part + 1) * size),
        }),
      );
    }
    return answer.finally(() => this.waiting.delete(messageId));
  }

  private receive(client: Client, data: Buffer): void {
    if (this.weather.silentSockets) return;
    let frame: Frame;
    try {
      frame = decodeFrame(data);
    } catch {
      return;
    }
    if (frame.method === 0 && frameHeader(frame, 'type') === 'ping') {
      client.hasPinged = true;
      // The SDK pings every millisecond unless the pong contains the complete configuration.
      client.socket.send(
        encodeFrame({
          seqId: 0n,
          logId: 0n,
          service: frame.service,
          method: 0,
          headers: [['type', 'pong']],
          payload: Buffer.from(JSON.stringify(this.clientConfig)),
        }),
      );
    } else if (frame.method === 1) {
      const messageId = frameHeader(frame, 'message_id');
      const answer = JSON.parse(frame.payload?.toString() ?? '{}') as { code: number; data?: unknown };
      if (messageId !== undefined) this.waiting.get(messageId)?.resolve(answer);
    }
  }
}

function readAnswer(answer: { code: number; data?: unknown }): Partial<Delivery> {
  if (answer.code !== 200) return { personSees: 200671 };
  if (typeof answer.data !== 'string') return {};
  const data = JSON.parse(Buffer.from(answer.data, 'base64').toString()) as unknown;
  if (data === null || typeof data !== 'object') return { personSees: 200672 };
  const { toast, card } = data as {
    toast?: Delivery['toast'];
    card?: { type?: string; data?: Record<string, unknown> };
  };
  return { data: data as Record<string, unknown>, toast, card: card?.type === 'raw' ? card.data : undefined };
}
