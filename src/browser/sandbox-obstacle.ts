import { readFileSync } from 'node:fs';

/** Kernel settings, each with the value that keeps ordinary users from creating the user namespaces of a sandbox. */
const switches = [
  {
    name: 'kernel.apparmor_restrict_unprivileged_userns',
    bad: '1',
    good: '0',
    why: 'AppArmor lets only programs with a profile of their own make user namespaces (Ubuntu 23.10 and later)',
  },
  {
    name: 'kernel.unprivileged_userns_clone',
    bad: '0',
    good: '1',
    why: 'this kernel lets only root make user namespaces',
  },
  { name: 'user.max_user_namespaces', bad: '0', good: '15000', why: 'this machine allows no user namespaces' },
];

/** Undefined when no known setting disables Chromium's sandbox, as in a container with rules of its own. */
export function sandboxObstacle(read = (file: string) => readFileSync(file, 'utf8')) {
  for (const { name, bad, good, why } of switches) {
    try {
      if (read(`/proc/sys/${name.replaceAll('.', '/')}`).trim() === bad)
        return { why, command: `sudo sysctl -w ${name}=${good}` };
    } catch {
      // This kernel does not have the setting.
    }
  }
  return undefined;
}
