import type { HandoffResult } from './question.js';
import type { RotationReason } from './decide-rotation.js';
import type { KeyRecord, KnownKey } from './key-record.js';
import type { IsoTime, Method, Failure } from './outcome.js';
import type { Verification } from './ports.js';

/** How one account's run ended. Ordinary ends are values; only what nobody foresaw is thrown. */
export type RenewalResult = {
  /** How far this machine's clock is ahead of the site's, where the run measured that. Milliseconds. */
  readonly clockSkewMs?: number;
  /** The key record after the run; absent when the run did not read it. */
  readonly record?: KeyRecord;
} & (
  | { readonly kind: 'not-due'; readonly dueAt?: IsoTime; readonly expiresAt?: IsoTime }
  /** `settled`: an earlier, interrupted rotation's key was published; nothing was rotated in this run. */
  | {
      readonly kind: 'renewed';
      readonly how: 'rotated' | 'adopted' | 'settled';
      readonly method?: Method;
      readonly reason?: RotationReason;
      readonly key: KnownKey;
      readonly verification: Verification;
      readonly helped: boolean;
    }
  | {
      readonly kind: 'rehearsed';
      readonly method: Method;
      readonly would: string;
      readonly reason: string;
      readonly expiresAt?: IsoTime;
    }
  /** A person is needed and was not there in time. */
  | {
      readonly kind: 'person-needed';
      readonly failure: Failure;
      readonly handoff: HandoffResult;
      readonly waitingSince?: IsoTime;
      readonly method?: Method;
    }
  /** A question from an earlier run is still open, so nothing was tried. */
  | { readonly kind: 'still-waiting'; readonly since: IsoTime; readonly asksAgainAt: IsoTime; readonly what: string }
  | {
      readonly kind: 'failed';
      readonly failure: Failure;
      readonly method?: Method;
      readonly rotationUnsettled: boolean;
    }
  /** The console gave a new key that its own service refuses. */
  | {
      readonly kind: 'unproved';
      readonly key: KnownKey;
      readonly method: Method;
      readonly verification: Verification;
      readonly oldKeyWorks: boolean;
    }
);
