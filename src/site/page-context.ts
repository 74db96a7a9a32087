import type { Step } from '../messages/progress.js';
import type { Page } from 'playwright';
import type { Evidence, ViewportBox } from '../core/outcome.js';
import type { CodeProvider, PersonAtBrowser } from '../core/ports.js';
import type { Log } from '../lib/log.js';
import type { Redactor } from '../lib/redactor.js';
import type { Text } from '../messages/text.js';
import type { watchKeyAnswers } from './key-answers.js';
import type { PageState } from './page-state.js';
import type { KeyPage, ResolvedProfile } from './resolve-profile.js';

export interface PageDeps {
  readonly profile: ResolvedProfile;
  /** Clears challenges in the visible browser. Without one, a challenge ends the method. */
  readonly person?: PersonAtBrowser;
  /** Sends the code that a page without a person asks for. */
  readonly codes?: CodeProvider;
  readonly redactor: Redactor;
  /** Keeps a redacted screenshot of the page, or of this part if it is much smaller. */
  readonly evidence: (page: Page, part?: ViewportBox) => Promise<Evidence>;
  /** For `${name}` in the profile's steps, when the console shows no name. */
  readonly keyName?: string;
  /** For `${keyName}`, the name of a new key. */
  readonly accountName?: string;
  readonly onStep: (step: Step) => void;
  readonly log: Log;
  readonly signal?: AbortSignal;
}

/** What the parts of the page methods share: one key page in one browser. */
export interface PageContext extends PageDeps, KeyPage {
  readonly pageState: PageState;
  readonly answers: ReturnType<typeof watchKeyAnswers>;
  /** Closes the browser, also while the page does not respond. */
  readonly closeBrowser: () => Promise<void>;
  /** Aborted when the page has crashed or closed. */
  readonly gone: AbortSignal;
  /** Set once the browser was closed because it did not respond; a sentence. */
  hang: Text | undefined;
  /** Native confirm() dialogs are accepted while this is set. */
  agreesToDialogs: boolean;
  /** A person works on the page and answers its dialogs. */
  isWithPerson: boolean;
}
