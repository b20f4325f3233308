import type { Connection } from '@temporalio/client'
import { describe, expect, it } from 'vitest'
import { SEARCH_ATTRIBUTES } from '../../domain/run/names.ts'
import { jsonLogger } from '../../worker/log.ts'
import { ensureSearchAttributes } from '../../worker/search-attributes.ts'

const ALL = Object.values(SEARCH_ATTRIBUTES)

/** A server with these attributes. Whoever asks it for more gets them, is refused, or is refused because another was faster. */
function server(there: readonly string[], asked: 'makes' | 'refuses' | 'made already') {
  const names = new Set(there)
  const operatorService = {
    listSearchAttributes: async () => ({ customAttributes: Object.fromEntries([...names].map((name) => [name, 2])) }),
    addSearchAttributes: async ({ searchAttributes }: { searchAttributes: Record<string, number> }) => {
      if (asked !== 'refuses') for (const name of Object.keys(searchAttributes)) names.add(name)
      if (asked !== 'makes') throw new Error('PERMISSION_DENIED')
    },
  }
  const connection = { operatorService, withDeadline: (_: number, work: () => Promise<unknown>) => work() }
  return { connection: connection as unknown as Connection, names }
}

async function ensure({ connection }: ReturnType<typeof server>) {
  const lines: string[] = []
  const are = await ensureSearchAttributes(connection, 'feeds', jsonLogger('INFO', (line) => lines.push(line)))
  return { are, lines }
}

describe('search attributes', () => {
  it('that are there are left alone', async () => {
    expect(await ensure(server(ALL, 'refuses'))).toEqual({ are: true, lines: [] })
  })

  it('that are missing are made', async () => {
    const temporal = server(['FeedName'], 'makes')
    const { are, lines } = await ensure(temporal)
    expect([are, [...temporal.names].sort()]).toEqual([true, [...ALL].sort()])
    expect(lines.join('')).toContain('FeedHealth')
  })

  it('that may not be made are said, with the command that makes them', async () => {
    const { are, lines } = await ensure(server(['FeedName', 'FeedCluster'], 'refuses'))
    expect(are).toBe(false)
    const [line = ''] = lines
    expect(JSON.parse(line)).toMatchObject({
      message: expect.stringContaining('until they are made and the workers started anew') as string,
      names: ['FeedContent', 'FeedHealth'],
      remedy: 'temporal operator search-attribute create --namespace feeds --name FeedContent --type Keyword --name FeedHealth --type Keyword',
    })
  })

  it('that another worker made meanwhile are there', async () => {
    expect(await ensure(server([], 'made already'))).toEqual({ are: true, lines: [] })
  })
})
