import type { Text } from '../messages/text.js';
import type { HandoffResult } from './question.js';
import type { RotationReason } from './decide-rotation.js';
import type { KeyRecord, KnownKey } from './key-record.js';
import type { IsoTime, Method, Failure } from './outcome.js';
import type { Verification } from './ports.js';

/** How one account's run ended. Expected ends are values. Only unforeseen errors are thrown. */
export type RenewalResult = {
  /** The key record after the run; absent when the run did not read it. */
  readonly record?: KeyRecord;
} & (
  | { readonly kind: 'not-due'; readonly dueAt?: IsoTime; readonly expiresAt?: IsoTime; readonly unreadExpiry?: string }
  /** `settled`: the run published the key of an earlier, interrupted rotation and rotated nothing itself. */
  | {
      readonly kind: 'renewed';
      readonly how: 'rotated' | 'adopted' | 'settled';
      readonly method?: Method;
      readonly reason?: RotationReason;
      readonly key: KnownKey;
      readonly verification: Verification;
    }
  | {
      readonly kind: 'rehearsed';
      readonly method: Method;
      readonly would: Text;
      /** Absent when no rotation is needed. */
      readonly reason?: RotationReason;
    }
  /** The record contradicts this machine's clock, and the site has not shown which is wrong. */
  | { readonly kind: 'time-unknown' }
  /** A person is needed and did not come in time. */
  | {
      readonly kind: 'person-needed';
      readonly failure: Failure;
      readonly handoff: HandoffResult;
      readonly method?: Method;
    }
  /** A question from an earlier run is still open, so the run tried nothing. */
  | { readonly kind: 'still-waiting'; readonly since: IsoTime; readonly asksAgainAt: IsoTime; readonly what: Text }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly method?: Method;
      readonly rotationUnsettled: boolean;
    }
  /** The console returned a new key, but the service rejects it. */
  | {
      readonly kind: 'unproved';
      readonly key: KnownKey;
      readonly method: Method;
      readonly verification: Verification;
      readonly oldKeyWorks: boolean;
    }
);
