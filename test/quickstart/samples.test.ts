import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPushed, readExampleFeeds } from '../../local/quickstart/example-feeds.ts'
import { startFeedHost } from '../../local/quickstart/feed-host.ts'
import type { FeedHost } from '../../local/quickstart/feed-host.ts'
import { dateLogs, readSampleLogs } from '../../local/quickstart/sample-logs.ts'

describe('sample logs', () => {
  const now = new Date('2030-06-01T12:00:00.500Z')
  const samples = readSampleLogs(readFileSync('examples/logs.ndjson', 'utf8'))

  it('end now, none later, each as long as it was', () => {
    const dated = dateLogs(samples, now)
    const ends = dated.map(({ doc }) => (typeof doc['end_time'] === 'number' ? doc['end_time'] * 1000 : Date.parse(String(doc['end_time']))))
    expect(Math.max(...ends)).toBeLessThanOrEqual(now.getTime())
    expect(Math.max(...ends)).toBeGreaterThan(now.getTime() - 1000)
    expect(Math.min(...ends)).toBeGreaterThan(now.getTime() - 3_600_000)
    for (const [at, { doc }] of dated.entries()) {
      const before = samples[at]?.doc ?? {}
      expect(Object.keys(doc)).toEqual(Object.keys(before))
      expect(typeof doc['end_time']).toBe(typeof before['end_time'])
      if (typeof doc['end_time'] === 'number') expect(Number.isInteger(doc['end_time'])).toBe(true)
    }
  })

  it('lead to events of every example feed, and some to none', async () => {
    const feeds = await readExampleFeeds('examples', 'http://127.0.0.1:1')
    const named = new Set(samples.flatMap(({ events }) => events.map(({ feed }) => feed)))
    expect([...named].sort()).toEqual(feeds.map(({ name }) => name).sort())
    expect(samples.some(({ events }) => events.length === 0)).toBe(true)
  })

  it('says which line is none', () => {
    expect(() => readSampleLogs('{"kind":"flow","events":[],"doc":{}}\n{"kind":"else"}\n')).toThrow(/line 2/)
  })
})

describe('example feeds', () => {
  it('are one of each kind, with urls on the host that serves them', async () => {
    const feeds = await readExampleFeeds('examples', 'http://127.0.0.1:8')
    expect(feeds).toHaveLength(4)
    expect(feeds.filter(isPushed)).toHaveLength(1)
    expect(feeds.filter(({ spec }) => spec['globalNetworkSet'] !== undefined)).toHaveLength(1)
    for (const { spec } of feeds.filter((feed) => !isPushed(feed))) {
      expect(spec).toMatchObject({ pull: { http: { url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:8\/[a-z-]+\.\w+$/) as string } } })
    }
  })
})

describe('the feed host', () => {
  const served: string[] = []
  let host: FeedHost
  beforeAll(async () => {
    host = await startFeedHost('examples/bodies', (file) => served.push(file))
  })
  afterAll(() => host.close())

  it('serves the bodies and nothing beside them', async () => {
    const body = await fetch(`${host.url}/deny-list.txt`)
    expect(await body.text()).toBe(readFileSync('examples/bodies/deny-list.txt', 'utf8'))
    expect((await fetch(`${host.url}/..%2flogs.ndjson`)).status).toBe(404)
    expect((await fetch(`${host.url}/`)).status).toBe(404)
    expect(served).toEqual(['deny-list.txt'])
  })
})
