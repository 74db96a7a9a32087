import type { Agent } from 'node:http';

/** Closes the agent's connections, including those with a request in flight, which `destroy()` alone leaves open. */
export function cutAgent(agent: Agent): void {
  for (const sockets of Object.values(agent.sockets)) for (const socket of sockets ?? []) socket.destroy();
  agent.destroy();
}
