import type { ClientErrorCode } from '../client-error.ts'

/** What the command's exit code says; README's table of commands repeats it. */
export const EXIT_CODES = { ok: 0, failed: 1, invalid: 2, 'not-found': 3, unreachable: 4 } as const satisfies Record<'ok' | ClientErrorCode, number>
