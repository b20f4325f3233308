import { describe, expect, it } from 'vitest'
import type { ReceiverBench } from '../../bench/receiver/bench-receiver.ts'
import { openSwallowingStore } from '../../bench/receiver/swallowing-store.ts'
import { receiverTables } from '../../bench/receiver/tables.ts'

const run = (firstMs: number) => ({ startMs: 100, firstMs, cpuMs: 900, againMs: 500, peakMB: 200 })
const bench: ReceiverBench = {
  machine: { cores: 2, cpu: 'a cpu', architecture: 'x64', platform: 'linux', memoryMB: 1, node: 'v20', load: 0.5 },
  lines: 1000,
  runs: 3,
  pushes: [
    {
      title: 'addresses',
      results: [
        { name: 'Node', facts: {}, runs: [run(1000), run(1200), run(800)] },
        { name: 'workerd', facts: {}, runs: [run(2000)] },
      ],
      absent: [],
    },
  ],
  moduleBytes: 101_234,
}

describe('the tables of bench:receiver', () => {
  it('show medians beside each other, and where and of what', () => {
    const text = receiverTables(bench, true)
    expect(text).toContain('load 0.5 at the start; 1000 lines, 3 runs in turns')
    expect(text).toContain('101.2 kB, compressed')
    expect(text).toContain('| Node | 100 (100..100) | 1000 (800..1200) | 900 | 500 (500..500) | 200 | 1.00× |')
    expect(text).toContain('| workerd | 100 (100..100) | 2000 (2000..2000) | 900 | 500 (500..500) | 200 | 2.00× |')
  })
})

describe('the store of bench:receiver', () => {
  it('holds nothing and takes everything', async () => {
    const store = await openSwallowingStore()
    const get = await fetch(`${store.url}/index/_doc/x`)
    expect([get.status, await get.json()]).toEqual([404, { found: false }])
    const put = await fetch(`${store.url}/index/_doc/x`, { method: 'PUT', body: 'x'.repeat(70_000) })
    expect([put.status, store.taken()]).toEqual([201, 70_000])
    await store.close()
  })
})
