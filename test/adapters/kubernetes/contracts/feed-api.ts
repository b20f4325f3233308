import { describe, expect, it } from 'vitest'
import type { FeedApi } from '../../../../activities/ports/feed-api.ts'
import type { FeedStatus } from '../../../../domain/status/feed-status.ts'
import { statusToWrite } from '../../../../domain/status/status-to-write.ts'
import { NEVER, uniqueName } from '../cluster.ts'

export interface FeedApiUnderTest {
  readonly api: FeedApi
  /** Creates a feed as a user does. @returns its uid. */
  create(name: string, spec: Record<string, unknown>): Promise<string>
  remove(name: string): Promise<void>
}

/** Writes a status as a report does. @returns whether anything was written. */
export async function writeStatus(api: FeedApi, name: string, uid: string, wanted: FeedStatus): Promise<boolean> {
  return (await api.updateStatus(name, uid, (shown) => statusToWrite(shown, wanted, Date.now()), NEVER)) !== null
}

/** What every FeedApi does, the real one and the fake. */
export function feedApiContract(make: () => FeedApiUnderTest): void {
  describe('as a FeedApi', () => {
    it('L-05 an absent feed is null', async () => {
      expect(await make().api.read(uniqueName('absent'), NEVER)).toBeNull()
    })

    it('reads a feed with its whole object', async () => {
      const { api, create } = make()
      const name = uniqueName('read')
      const uid = await create(name, { description: 'x' })
      const found = await api.read(name, NEVER)
      expect(found).toMatchObject({ name, uid, object: { metadata: { name, uid }, spec: { description: 'x' } } })
      expect(found?.resourceVersion).toMatch(/./)
    })

    it('T-06 writes a status once, and not again while it is the same', async () => {
      const { api, create } = make()
      const name = uniqueName('status')
      const uid = await create(name, {})
      const status = { lastSuccessfulSync: '2026-03-01T12:00:00Z', errorConditions: [{ type: 'SearchFailed', message: 'no index' }] } as const
      expect(await writeStatus(api, name, uid, status)).toBe(true)
      expect(await writeStatus(api, name, uid, status)).toBe(false)
      expect((await api.read(name, NEVER))?.object['status']).toEqual(status)
    })

    it('Q-09 a time in a status never goes back', async () => {
      const { api, create } = make()
      const name = uniqueName('times')
      const uid = await create(name, {})
      await writeStatus(api, name, uid, { lastSuccessfulSearch: '2026-03-01T12:00:00Z', errorConditions: [] })
      expect(await writeStatus(api, name, uid, { lastSuccessfulSearch: '2026-03-01T11:00:00Z', errorConditions: [] })).toBe(false)
      expect((await api.read(name, NEVER))?.object['status']).toMatchObject({ lastSuccessfulSearch: '2026-03-01T12:00:00Z' })
    })

    it('L-05 no status and no mode is written for another life of a feed', async () => {
      const { api, create, remove } = make()
      const name = uniqueName('lives')
      const former = await create(name, {})
      await remove(name)
      expect(await writeStatus(api, name, former, { lastSuccessfulSync: '2026-03-01T12:00:00Z', errorConditions: [] })).toBe(false)
      expect(await api.disable(name, former, NEVER)).toBe('absent')
      expect(await api.enable(name, former, NEVER)).toBe('absent')
      await create(name, {})
      expect(await writeStatus(api, name, former, { lastSuccessfulSync: '2026-03-01T12:00:00Z', errorConditions: [] })).toBe(false)
      expect(await api.disable(name, former, NEVER)).toBe('replaced')
      expect(await api.enable(name, former, NEVER)).toBe('replaced')
      const found = await api.read(name, NEVER)
      expect(found?.object['spec']).not.toMatchObject({ mode: 'Disabled' })
      expect(found?.object['status']).toBeUndefined()
    })

    it('L-06 disables a feed and leaves the rest of its spec', async () => {
      const { api, create } = make()
      const name = uniqueName('disabled')
      const uid = await create(name, { description: 'x' })
      expect(await api.disable(name, uid, NEVER)).toBe('disabled')
      expect(await api.disable(name, uid, NEVER)).toBe('disabled')
      expect((await api.read(name, NEVER))?.object['spec']).toMatchObject({ mode: 'Disabled', description: 'x' })
    })

    it('L-02 enables a disabled feed and leaves the rest of its spec', async () => {
      const { api, create } = make()
      const name = uniqueName('enabled')
      const uid = await create(name, { description: 'x', mode: 'Disabled' })
      expect(await api.enable(name, uid, NEVER)).toBe('enabled')
      const { resourceVersion, object } = (await api.read(name, NEVER)) ?? {}
      expect(object?.['spec']).toMatchObject({ mode: 'Enabled', description: 'x' })
      expect(await api.enable(name, uid, NEVER)).toBe('enabled')
      expect((await api.read(name, NEVER))?.resourceVersion).toBe(resourceVersion)
    })
  })
}
