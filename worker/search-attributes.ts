import type { Connection } from '@temporalio/client'
import type { Logger } from '@temporalio/worker'
import { SEARCH_ATTRIBUTES } from '../domain/run/names.ts'

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const KEYWORD = 2
/** The server itself gives up after 10 s. */
const CALL_MS = 15_000

/** Whether Temporal has our search attributes, as it was when that was last seen to. */
export class SearchAttributes {
  #there = false
  readonly #ensure: () => Promise<boolean>

  /** @param namespace whose they are to be. */
  constructor(connection: Connection, namespace: string, logger: Logger) {
    this.#ensure = () => ensureSearchAttributes(connection, namespace, logger)
  }

  /** A run that sets one that the server lacks is refused. */
  get there(): boolean {
    return this.#there
  }

  async ensure(): Promise<void> {
    this.#there = await this.#ensure()
  }
}

/**
 * Makes the search attributes that are missing, where that is allowed, and says plainly where it is not: lists then lack a column, and
 * nothing else does.
 * @returns whether all are there.
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string, logger: Logger): Promise<boolean> {
  const wanted = Object.values(SEARCH_ATTRIBUTES)
  const missing = await missingOf(connection, namespace, wanted)
  if (missing.length === 0) return true
  try {
    await connection.withDeadline(Date.now() + CALL_MS, () =>
      connection.operatorService.addSearchAttributes({
        namespace,
        searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
      }),
    )
    logger.info('made search attributes in Temporal', { names: missing })
    return true
  } catch {
    // Another worker may have made them in between; Temporal Cloud refuses this call and has a command of its own.
    const left = await missingOf(connection, namespace, wanted).catch(() => missing)
    if (left.length === 0) return true
    logger.warn('search attributes are missing in Temporal and may not be made from here: its lists will not show feeds by name and health until they are made and the workers started anew', {
      names: left,
      remedy: `temporal operator search-attribute create --namespace ${namespace} ${left.map((name) => `--name ${name} --type Keyword`).join(' ')}`,
    })
    return false
  }
}

async function missingOf(connection: Connection, namespace: string, wanted: readonly string[]): Promise<readonly string[]> {
  const listed = await connection.withDeadline(Date.now() + CALL_MS, () => connection.operatorService.listSearchAttributes({ namespace }))
  return wanted.filter((name) => listed.customAttributes[name] === undefined)
}
