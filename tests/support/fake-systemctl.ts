import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a systemctl that reports a next time only for units that were enabled and started. */
export async function writeSystemctl(folder: string): Promise<void> {
  const state = `'${folder}/up-'`;
  const script = `#!/bin/sh
shift
case "$1" in
enable|restart) : >${state}"$2-$1";;
disable) /bin/rm -f ${state}"$3"-*;;
show) case "$2" in --property=Version) echo Version=252;; *)
  [ -f ${state}"$2-enable" ] && echo UnitFileState=enabled
  [ -f ${state}"$2-restart" ] && echo ActiveState=active && echo 'NextElapseUSecRealtime=Fri 2100-01-01 00:05:00 UTC'
  echo LoadState=loaded;; esac;;
esac
`;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'systemctl'), script, { mode: 0o755 });
}
