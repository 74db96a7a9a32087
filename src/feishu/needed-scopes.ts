import type { FeishuSettings } from './feishu-settings.js';

export interface ScopeGap {
  /** At least one of these scopes must be granted. */
  readonly anyOf: readonly string[];
  /** What does not work without the scope, as a clause. */
  readonly without: string;
  /** `problem`: keyturn cannot ask. `warning`: a feature is missing. `note`: only the fallback is missing. */
  readonly level: 'problem' | 'warning' | 'note';
}

export function scopeGaps(granted: readonly string[], answers: FeishuSettings['answers'] = 'auto'): ScopeGap[] {
  const isPolling = answers === 'polling';
  const needs: ScopeGap[] = [
    {
      anyOf: ['im:message', 'im:message:send_as_bot'],
      without: 'no message can be sent',
      level: 'problem',
    },
    {
      anyOf: ['im:resource', 'im:resource:upload'],
      without: 'questions come without their picture',
      level: 'warning',
    },
  ];
  if (!isPolling) {
    needs.push({
      anyOf: ['im:message.p2p_msg:readonly', 'im:message.p2p_msg'],
      without: 'written replies do not arrive over the long connection, only buttons',
      level: 'warning',
    });
  }
  if (answers !== 'connection') {
    needs.push({
      anyOf: ['im:message:readonly', 'im:message', 'im:message.history:readonly'],
      without: 'answers cannot be read from the chat',
      level: isPolling ? 'problem' : 'note',
    });
  }
  return needs.filter(({ anyOf }) => !anyOf.some((scope) => granted.includes(scope)));
}
