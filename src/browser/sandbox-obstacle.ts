import { readFileSync } from 'node:fs';

export interface SandboxObstacle {
  /** Why ordinary users cannot create user namespaces on this machine. Chromium's sandbox needs them. */
  readonly why: string;
  readonly command: string;
}

const switches: readonly { readonly file: string; readonly off: string; readonly obstacle: SandboxObstacle }[] = [
  {
    file: '/proc/sys/kernel/apparmor_restrict_unprivileged_userns',
    off: '1',
    obstacle: {
      why: 'AppArmor lets only programs with a profile of their own make user namespaces (Ubuntu 23.10 and later)',
      command: 'sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0',
    },
  },
  {
    file: '/proc/sys/kernel/unprivileged_userns_clone',
    off: '0',
    obstacle: {
      why: 'this kernel lets only root make user namespaces',
      command: 'sudo sysctl -w kernel.unprivileged_userns_clone=1',
    },
  },
  {
    file: '/proc/sys/user/max_user_namespaces',
    off: '0',
    obstacle: {
      why: 'this machine allows no user namespaces',
      command: 'sudo sysctl -w user.max_user_namespaces=15000',
    },
  },
];

/** Undefined when no known setting disables Chromium's sandbox, as in a container with rules of its own. */
export function sandboxObstacle(read: (file: string) => string = readSwitch): SandboxObstacle | undefined {
  return switches.find(({ file, off }) => read(file).trim() === off)?.obstacle;
}

function readSwitch(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
