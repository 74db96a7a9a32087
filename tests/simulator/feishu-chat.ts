import { randomUUID } from 'node:crypto';

import { cardProblem, dialectOf, imageKeysOf } from './feishu-card.js';
import type { SimulatedMessage } from './feishu-types.js';

/** An error answer of Feishu: HTTP status, code and text. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

const updatableMs = 14 * 86_400_000;

/** The messages and pictures of the simulated app, with Feishu's rules for them. */
export class FeishuChat {
  readonly messages = new Map<string, SimulatedMessage>();
  readonly images = new Map<string, Buffer>();
  private readonly byUuid = new Map<string, SimulatedMessage>();

  constructor(
    private readonly now: () => number,
    private readonly owner: string,
  ) {}

  chatOf(openId: string): string {
    return `oc_${Buffer.from(openId).toString('hex').slice(-32).padStart(32, '0')}`;
  }

  addImage(bytes: Buffer): string {
    if (bytes.length === 0) throw new Refusal(400, 234006, 'The file size is 0');
    if (bytes.length > 10 * 1024 * 1024) throw new Refusal(400, 234006, 'The file size exceed the max value');
    const key = `img_v3_${randomUUID().replaceAll('-', '').slice(0, 20)}g`;
    this.images.set(key, bytes);
    return key;
  }

  send(
    openId: string,
    msgType: string,
    content: string,
    options: { parentId?: string; uuid?: string },
  ): SimulatedMessage {
    if (openId !== this.owner) {
      throw openId.startsWith('ou_')
        ? new Refusal(400, 99992361, 'open_id cross app')
        : new Refusal(400, 230001, 'Your request contains an invalid request parameter, ext=invalid receive_id');
    }
    const known = options.uuid === undefined ? undefined : this.byUuid.get(options.uuid);
    if (known) return known;
    const parsed = this.check(msgType, content);
    const message: SimulatedMessage = {
      messageId: newMessageId(),
      chatId: this.chatOf(openId),
      receiverOpenId: openId,
      from: 'app',
      parentId: options.parentId,
      msgType,
      content: parsed,
      updates: 0,
      imageKeys: msgType === 'interactive' ? imageKeysOf(parsed) : [],
      createdAt: this.now(),
    };
    this.messages.set(message.messageId, message);
    if (options.uuid !== undefined) this.byUuid.set(options.uuid, message);
    return message;
  }

  /** Stores a message from a person, so that listing the chat returns it. */
  receive(openId: string, text: string, options: { messageId?: string; parentId?: string; createdAt?: number }) {
    const message: SimulatedMessage = {
      messageId: options.messageId ?? newMessageId(),
      chatId: this.chatOf(openId),
      receiverOpenId: openId,
      from: 'person',
      parentId: options.parentId,
      msgType: 'text',
      content: { text },
      updates: 0,
      imageKeys: [],
      createdAt: options.createdAt ?? this.now(),
    };
    this.messages.set(message.messageId, message);
    return message;
  }

  get(messageId: string): SimulatedMessage {
    const message = this.messages.get(messageId);
    if (!message) throw new Refusal(400, 230011, 'The message was withdrawn or does not exist');
    return message;
  }

  patch(messageId: string, content: string): void {
    const message = this.get(messageId);
    if (message.from !== 'app') throw new Refusal(400, 230001, 'not the sender of the message');
    if (message.msgType !== 'interactive') throw new Refusal(400, 230001, 'only cards can be patched');
    if (this.now() - message.createdAt > updatableMs) throw new Refusal(400, 230031, 'message is over 14 days old');
    const card = this.check('interactive', content);
    const problem = this.replacementProblem(message, card);
    if (problem)
      throw new Refusal(400, 230099, `Failed to create card content, ext=ErrCode: 200800; ErrMsg: ${problem}`);
    this.replace(message, card);
  }

  /** Applies the card in a handler's answer. For an invalid card, returns the error number that a person would see. */
  applyAnswer(message: SimulatedMessage, card: Record<string, unknown>): number | undefined {
    if (cardProblem(JSON.stringify(card), (key) => this.images.has(key))) return 200673;
    if (this.replacementProblem(message, card)) return 200673;
    this.replace(message, card);
    return undefined;
  }

  private replace(message: SimulatedMessage, card: Record<string, unknown>): void {
    message.content = card;
    message.updates += 1;
    message.imageKeys.splice(0, Infinity, ...imageKeysOf(card));
  }

  private replacementProblem(message: SimulatedMessage, card: Record<string, unknown>): string | undefined {
    if (dialectOf(message.content) !== dialectOf(card)) return 'the card changes its schema version';
    const shared = (one: Record<string, unknown>) =>
      (one['config'] as { update_multi?: boolean } | undefined)?.update_multi === true;
    return shared(message.content) && shared(card) ? undefined : 'config.update_multi is not true before and after';
  }

  private check(msgType: string, content: string): Record<string, unknown> {
    if (msgType === 'interactive') {
      const problem = cardProblem(content, (key) => this.images.has(key));
      if (problem) throw new Refusal(400, 230099, `Failed to create card content, ext=${problem}`);
      return JSON.parse(content) as Record<string, unknown>;
    }
    let parsed: unknown;
    try {
      parsed = JSON.parse(content);
    } catch {
      throw new Refusal(400, 230001, 'content is not a string in json format');
    }
    const ok =
      (msgType === 'text' && typeof (parsed as { text?: unknown } | null)?.text === 'string') ||
      (msgType === 'image' && this.images.has(String((parsed as { image_key?: unknown } | null)?.image_key)));
    if (!ok) throw new Refusal(400, 230001, `invalid content for msg_type ${msgType}`);
    return parsed as Record<string, unknown>;
  }
}

export function newMessageId(): string {
  return `om_${randomUUID().replaceAll('-', '')}`;
}
