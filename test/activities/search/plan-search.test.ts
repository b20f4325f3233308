import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { planSearch } from '../../../activities/search/plan-search.ts'
import { UNCALIBRATED } from '../../../domain/search/calibration.ts'
import { memoryBlobStore } from '../../fakes/memory-blob-store.ts'

const signal = (): AbortSignal => AbortSignal.timeout(5_000)
const tools = { calibration: { current: UNCALIBRATED } }

async function stored(members: readonly string[]) {
  const blobs = memoryBlobStore()
  const text = new TextEncoder().encode(members.join('\n'))
  await blobs.put((async function* () { yield text })(), signal())
  return { blobs, ref: { sha256: createHash('sha256').update(text).digest('hex'), members: members.length } }
}

describe('the plan of a backward search', () => {
  it('Q-07 sends few addresses bare, and apart from them what networks cover, merged', async () => {
    const { blobs, ref } = await stored(['10.0.0.0/9', '10.128.0.0/9', '192.0.2.1/32', '2001:db8::/32', '2001:db9::1/128'])
    const plan = await planSearch({ blobs }, tools, { content: 'IPSet', owed: ref }, 2_000_000, signal())
    expect(plan).toMatchObject({
      way: 'terms',
      members: { hosts: 2, ranges: 2 },
      list: { hosts: ['192.0.2.1', '2001:db9::1'], ranges: ['10.0.0.0-10.255.255.255', '2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'] },
    })
    expect(plan.otherMs).toBeGreaterThan(plan.estimatedMs)
  })

  it('Q-03 Q-07 never sends names, which logs spell in many ways, and does not read a set it need not', async () => {
    const { blobs, ref } = await stored(['bad.example'])
    const names = await planSearch({ blobs }, tools, { content: 'DomainNameSet', owed: ref }, 2_000_000, signal())
    expect(names).toMatchObject({ way: 'digest', otherMs: null })
    blobs.blobs.clear()
    const owed = { ...ref, members: 2_000_000 }
    expect(await planSearch({ blobs }, tools, { content: 'IPSet', owed }, 2_000_000, signal())).toMatchObject({ way: 'digest', list: { hosts: [], ranges: [] } })
  })

  it('Q-07 goes by what searches have cost here', async () => {
    const { blobs, ref } = await stored(['192.0.2.1/32'])
    const dear = { calibration: { current: { digest: 0.1, terms: 10 } } }
    const few = (costs: typeof tools) => planSearch({ blobs }, costs, { content: 'IPSet', owed: ref }, 10_000, signal())
    expect([(await few(tools)).way, (await few(dear)).way]).toEqual(['terms', 'digest'])
  })
})
