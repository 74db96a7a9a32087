import type { Finding } from '../../src/app/doctor/finding.js';

/** A finding as `--json` has it. */
export const inEnglish = ({ text, next, ...finding }: Finding) => ({ ...finding, text: text.en, next: next?.en });
