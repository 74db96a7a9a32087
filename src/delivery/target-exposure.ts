import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileExposure, folderExposure, isTrusted, type Exposure } from '../lib/private-files.js';
import { shellWord } from '../messages/shell-word.js';
import type { DeliveryTarget } from '../core/delivery-target.js';
import { readTargetFile } from './target-file.js';

/**
 * How other users can get at the key in a target's file. A foreign owner may be meant, so the command only shows it.
 * Undefined, too, for a file that cannot be read: the check of the target reports that.
 */
export async function targetExposure(target: DeliveryTarget): Promise<(Exposure & { path: string }) | undefined> {
  if (target.kind === 'command') return undefined;
  const file = await readTargetFile(target.path).catch(() => undefined);
  if (!file) return undefined;
  const { path } = file;
  const folder = dirname(path);
  const [own, around] = [path, folder].map((each) => statSync(each, { throwIfNoEntry: false }));
  const found = (own && fileExposure(path, own, undefined)) ?? (around && folderExposure(folder, around));
  if (!found) return undefined;
  const isForeign = [own, around].some((stats) => stats && !isTrusted(stats.uid));
  return { path, ...found, fix: isForeign ? `ls -ld ${shellWord(path)} ${shellWord(folder)}` : found.fix };
}
