import { errors, type Client, type estypes } from '@elastic/elasticsearch'

/** What reading logs takes: `monitor` for the checkpoints, `maintenance` for the refresh, `read` for the search. */
const NEEDED: readonly estypes.SecurityIndexPrivilege[] = ['monitor', 'maintenance', 'read']

/**
 * Which of these the account lacks on a pattern. Elasticsearch leaves out of a pattern what one may not see and refuses nothing, so
 * that logs without rights look like no logs.
 * @returns none where nobody can tell: without security the question itself is refused.
 */
export async function missingLogPrivileges(client: Client, pattern: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    const answer = await client.security.hasPrivileges({ index: [{ names: [pattern], privileges: [...NEEDED] }] }, { signal: AbortSignal.any([signal]) })
    const has = answer.index[pattern] ?? {}
    return NEEDED.filter((privilege) => has[privilege] === false)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof errors.ResponseError) return []
    throw error
  }
}
