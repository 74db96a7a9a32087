import type { Question } from '../core/question.js';

/** `card.action.trigger`. The SDK merges header and event into one object. Every field may be missing. */
export interface PressEvent {
  readonly event_id?: string;
  readonly operator?: { readonly open_id?: string };
  readonly action?: { readonly value?: unknown; readonly form_value?: Readonly<Record<string, unknown>> };
  readonly context?: { readonly open_message_id?: string };
}

/** `im.message.receive_v1`. */
export interface MessageEvent {
  readonly sender?: { readonly sender_id?: { readonly open_id?: string }; readonly sender_type?: string };
  readonly message?: {
    readonly message_id?: string;
    readonly root_id?: string;
    readonly parent_id?: string;
    /** Epoch milliseconds as text. */
    readonly create_time?: string;
    readonly chat_type?: string;
    readonly message_type?: string;
    readonly content?: string;
  };
}

export type SentMessage = Omit<NonNullable<Question['message']>, 'imageKey'>;

/** A message as the chat lists it. Every field may be missing. */
export type ListedMessage = Omit<NonNullable<MessageEvent['message']>, 'chat_type' | 'message_type' | 'content'> & {
  readonly msg_type?: string;
  readonly deleted?: boolean;
  readonly sender?: { readonly id?: string; readonly id_type?: string; readonly sender_type?: string };
  readonly body?: { readonly content?: string };
};

/** A card in JSON 2.0. A replacement must use the same schema version, so every card uses this one. */
export type Card = Readonly<Record<string, unknown>>;

/** What a button sends back. It proves nothing on its own: see who-may-answer.ts. */
export type ButtonValue =
  | {
      readonly keyturn: 1;
      readonly action: 'ready' | 'snooze' | 'decline' | 'code' | 'resend' | 'not-a-check' | 'test';
      readonly question: string;
      readonly nonce: string;
    }
  | { readonly keyturn: 1; readonly action: 'new-link'; readonly account: string };
