import { readFileSync } from 'node:fs';

/** Kernel settings, each with the value that keeps ordinary users from creating the user namespaces of a sandbox. */
const switches = [
  { name: 'kernel.apparmor_restrict_unprivileged_userns', bad: '1', good: '0' },
  { name: 'kernel.unprivileged_userns_clone', bad: '0', good: '1' },
  { name: 'user.max_user_namespaces', bad: '0', good: '15000' },
];

/** The command that enables Chromium's sandbox. Undefined when no known setting disables it, as in a container. */
export function sandboxFix(read: (file: string) => string = readSwitch): string | undefined {
  const found = switches.find(({ name, bad }) => read(`/proc/sys/${name.replaceAll('.', '/')}`).trim() === bad);
  return found && `sudo sysctl -w ${found.name}=${found.good}`;
}

function readSwitch(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
