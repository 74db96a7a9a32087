import { withoutScope } from '../messages/feishu-advice.js';
import type { Text } from '../messages/text.js';
import type { FeishuSettings } from './feishu-settings.js';

export interface ScopeGap {
  /** At least one of these scopes must be granted. */
  readonly anyOf: readonly string[];
  /** What does not work without the scope, as a clause. */
  readonly without: Text;
  /** `problem`: keyturn cannot ask. `warning`: a feature is missing. `note`: only the fallback is missing. */
  readonly level: 'problem' | 'warning' | 'note';
}

export function scopeGaps(granted: readonly string[], answers: FeishuSettings['answers'] = 'auto'): ScopeGap[] {
  const isPolling = answers === 'polling';
  const needs: ScopeGap[] = [
    {
      anyOf: ['im:message', 'im:message:send_as_bot'],
      without: withoutScope.send,
      level: 'problem',
    },
    {
      anyOf: ['im:resource', 'im:resource:upload'],
      without: withoutScope.picture,
      level: 'warning',
    },
  ];
  if (!isPolling) {
    needs.push({
      anyOf: ['im:message.p2p_msg:readonly', 'im:message.p2p_msg'],
      without: withoutScope.replies,
      level: 'warning',
    });
  }
  if (answers !== 'connection') {
    needs.push({
      anyOf: ['im:message:readonly', 'im:message', 'im:message.history:readonly'],
      without: withoutScope.chat,
      level: isPolling ? 'problem' : 'note',
    });
  }
  return needs.filter(({ anyOf }) => !anyOf.some((scope) => granted.includes(scope)));
}
