import type { Notice } from '../../src/core/owner-ports.js';

/** Returns the text of a notice without its markup. */
export const noticeText = ({ lines }: Notice): string =>
  lines
    .map((line) => {
      if (typeof line === 'string') return line;
      return 'markdown' in line ? line.markdown : `${line.label ?? ''} ${line.command}`;
    })
    .join('\n');
