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
  const send = ['im:message', 'im:message:send_as_bot'];
  const replies = ['im:message.p2p_msg:readonly', 'im:message.p2p_msg'];
  const chat = ['im:message:readonly', 'im:message', 'im:message.history:readonly'];
  const needs: readonly (ScopeGap | false)[] = [
    { anyOf: send, without: withoutScope.send, level: 'problem' },
    { anyOf: ['im:resource', 'im:resource:upload'], without: withoutScope.picture, level: 'warning' },
    !isPolling && { anyOf: replies, without: withoutScope.replies, level: 'warning' },
    answers !== 'connection' && { anyOf: chat, without: withoutScope.chat, level: isPolling ? 'problem' : 'note' },
  ];
  return needs.filter((need) => need !== false && !need.anyOf.some((scope) => granted.includes(scope))) as ScopeGap[];
}
