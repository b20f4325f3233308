/** What a failure says when the system (EPERM) or the runtime itself keeps this process from a server. */
export const NOT_PERMITTED = 'this process is not permitted to connect to it (a firewall, or Deno without --allow-net)'

/**
 * Whether an error is Deno's for a host that its permissions leave out. It has a name and no code, and of the errors of some clients only its text is
 * left.
 */
export function isNotPermitted(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotCapable' || error.message.startsWith('Requires net access to "'))
}
