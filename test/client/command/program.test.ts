import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ClientError } from '../../../client/client-error.ts'
import { eventPrinter } from '../../../client/command/print-events.ts'
import { runCommand } from '../../../client/command/program.ts'
import { FeedClient } from '../../../client/feed-client.ts'
import type { FeedResources } from '../../../client/parts.ts'
import { FeedFailure } from '../../../domain/failure.ts'
import { FakeResources, FakeRuns, NEVER, emptyRecords, syncedState } from '../fakes.ts'
import { foundEvent, MemoryEventReader } from '../../fakes/memory-event-reader.ts'
import { temporaryFolder } from '../../local/temporary-folder.ts'

let resources: FakeResources
let runs: FakeRuns
let events: MemoryEventReader
beforeEach(() => {
  events = new MemoryEventReader()
  resources = new FakeResources()
  runs = new FakeRuns()
})

async function threatfeed(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  return threatfeedUntil(NEVER, ...argv)
}

async function threatfeedUntil(signal: AbortSignal, ...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = []
  const err: string[] = []
  const client = new FeedClient({ cluster: 'cluster', resources, runs, records: emptyRecords({ newestWindow: () => Promise.resolve(41) }), events })
  const code = await runCommand(argv, {
    withClient: (use) => use(client),
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    signal,
    version: '0.1.0',
  })
  return { code, out: out.join('\n'), err: err.join('\n') }
}

describe('usage', () => {
  it('explains itself, with the exit codes', async () => {
    const { code, out } = await threatfeed('--help')
    expect(code).toBe(0)
    for (const word of ['start', 'cancel', 'refresh', 'list', 'describe', 'events', '0 ok, 1 failed, 2 invalid, 3 not-found, 4 unreachable']) {
      expect(out).toContain(word)
    }
  })

  const WRONG: readonly (readonly [argv: readonly string[], message: RegExp])[] = [
    [['nothing'], /unknown command/],
    [['describe'], /missing required argument/],
    [['describe', 'Upper'], /lower-case/],
    [['list', '--output', 'xml'], /Allowed choices are text, json/],
    [['start'], /NAME of a feed or -f FILE/],
    [['start', 'a', '-f', 'x.yaml'], /NAME of a feed or -f FILE/],
    [['cancel', 'a', '--timeout', '0'], /whole seconds/],
    [['events', 'Upper'], /lower-case/],
    [['events', '--since', '1 day'], /duration such as 1h/],
    [['events', '--since', '-1h'], /duration such as 1h/],
    [['events', '--limit', '0'], /from 1 to 10000/],
    [['events', '--limit', '10001'], /from 1 to 10000/],
    [['events', '--follow', '--limit', '5'], /--since with --follow/],
    [['start', '-f', '/nowhere/x.yaml'], /cannot be read \(ENOENT\)/],
  ]
  it.each([...WRONG, [[], /Usage/]] as typeof WRONG)('exits with 2 for %j', async (argv, message) => {
    expect(await threatfeed(...argv)).toMatchObject({ code: 2, out: '', err: expect.stringMatching(message) as string })
  })
  it.each(WRONG)('tells as JSON what is wrong with %j', async (argv, message) => {
    for (const asked of [['-o', 'json'], ['--output', 'json'], ['--output=json'], ['-ojson']]) {
      const { code, out, err } = await threatfeed(...argv, ...asked)
      expect({ code, out, err: JSON.parse(err) as unknown }).toEqual({ code: 2, out: '', err: { error: { code: 'invalid', message: expect.stringMatching(message) as string } } })
      expect(err).not.toContain('error: ')
    }
  })
  it('takes the last format that is asked for', async () => {
    expect((await threatfeed('describe', 'Upper', '-o', 'json', '-o', 'text')).err).toMatch(/^error: .*lower-case/)
    expect((await threatfeed('list', '-o', 'text', '-o', 'json')).out).toBe('[]')
  })
})

describe('start', () => {
  it('creates the feeds of a file', async () => {
    const file = join(temporaryFolder(), 'feed.yaml')
    writeFileSync(file, 'apiVersion: projectcalico.org/v3\nkind: GlobalThreatFeed\nmetadata: {name: a}\nspec: {content: IPSet}\n')
    expect(await threatfeed('start', '-f', file)).toEqual({ code: 0, out: 'a: created; its run is threatfeed/cluster/a', err: '' })
    expect(resources.specOf('a')).toEqual({ content: 'IPSet', mode: 'Enabled' })
  })

  describe('with many feeds in one file', () => {
    afterEach(() => void vi.useRealTimers())

    function fileOf(...names: readonly string[]): string {
      const file = join(temporaryFolder(), 'feeds.yaml')
      writeFileSync(file, names.map((name) => `apiVersion: projectcalico.org/v3\nkind: GlobalThreatFeed\nmetadata: {name: ${name}}\n`).join('---\n'))
      return file
    }

    it('says what was started before one that fails', async () => {
      const create = resources.create.bind(resources)
      resources.create = (manifest) =>
        manifest.name === 'c' ? Promise.reject(new FeedFailure('InvalidSpec', 'user', 'c: spec.pull.period: at least 5m')) : create(manifest)
      const file = fileOf('a', 'b', 'c', 'd', 'e')
      const started = 'a: created; its run is threatfeed/cluster/a\nb: created; its run is threatfeed/cluster/b'
      expect(await threatfeed('start', '-f', file)).toEqual({ code: 2, out: started, err: 'threatfeed: c: spec.pull.period: at least 5m' })
      const { code, out, err } = await threatfeed('start', '-f', file, '-o', 'json')
      expect([code, JSON.parse(out), JSON.parse(err)]).toMatchObject([2, [{ name: 'a' }, { name: 'b' }], { error: { code: 'invalid' } }])
      expect([...resources.feeds.keys()]).toEqual(['a', 'b'])
    })

    it('gives each the time of a request, and ends at one that has no answer in it', async () => {
      vi.useFakeTimers()
      const names = ['a', 'b', 'c', 'd', 'e']
      let readTakes = 20_000
      const slow: FeedResources = resources
      slow.read = (_, signal) =>
        new Promise((resolve, reject) => {
          setTimeout(resolve, readTakes, null)
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        })
      const all = threatfeed('start', '-f', fileOf(...names))
      await vi.advanceTimersByTimeAsync(names.length * readTakes)
      expect(await all).toMatchObject({ code: 0, err: '' })
      expect((await all).out.split('\n')).toHaveLength(names.length)
      readTakes = 31_000
      const none = threatfeed('start', '-f', fileOf('f', 'g'))
      await vi.advanceTimersByTimeAsync(30_000)
      expect(await none).toEqual({ code: 4, out: '', err: 'threatfeed: no answer in time: are the servers up?' })
    })
  })

  it('exits with 3 for a feed that does not exist', async () => {
    expect(await threatfeed('start', 'a')).toEqual({ code: 3, out: '', err: 'threatfeed: there is no feed named a' })
  })

  it('exits with 2 when the API server refuses the feed', async () => {
    resources.create = () => Promise.reject(new FeedFailure('InvalidSpec', 'user', 'spec.pull.period: at least 5m'))
    const file = join(temporaryFolder(), 'feed.json')
    writeFileSync(file, JSON.stringify({ apiVersion: 'projectcalico.org/v3', kind: 'GlobalThreatFeed', metadata: { name: 'a' }, spec: {} }))
    expect(await threatfeed('start', '-f', file)).toMatchObject({ code: 2, err: 'threatfeed: spec.pull.period: at least 5m' })
  })
})

describe('refresh', () => {
  it('L-04 exits with 1 when it waited for an attempt that failed', async () => {
    resources.put('a', {})
    runs.start('a')
    runs.outcome = { outcome: 'failed', message: 'host.example answered 500' }
    expect(await threatfeed('refresh', 'a', '--wait')).toEqual({ code: 1, out: 'a: failed, host.example answered 500', err: '' })
    expect((await threatfeed('refresh', 'a')).code).toBe(0)
  })
})

describe('list and describe', () => {
  beforeEach(() => {
    const { uid } = resources.put(
      'a',
      { pull: { period: '1h', http: { url: 'https://feeds.example/x' } } },
      { errorConditions: [{ type: 'PullFailed', message: 'feeds.example\u001b[2J answered 500' }] },
    )
    runs.start('a')
    runs.state = syncedState(uid)
  })

  it('lists in columns', async () => {
    expect((await threatfeed('list')).out.split('\n')).toEqual([
      'NAME  CONTENT  MODE     SOURCE  RUN      LAST SYNC  LAST SEARCH  CONDITIONS',
      'a     IPSet    Enabled  pull    running  never      never        PullFailed',
    ])
  })

  it('says what to do when there is nothing to list', async () => {
    resources.feeds.clear()
    expect((await threatfeed('list')).out).toContain('threatfeed start -f FILE')
    expect((await threatfeed('list', '-o', 'json')).out).toBe('[]')
  })

  it('describes for people, without what could move the cursor', async () => {
    const { code, out } = await threatfeed('describe', 'a')
    expect(code).toBe(0)
    expect(out).toContain('Source:        pull from feeds.example every 1h, newlineDelimited')
    expect(out).toContain('Set:           3 members, since 2026-01-01T12:00:01Z, sha256 abababababab')
    expect(out).toContain('Last attempt:  2026-01-01T12:00:00Z, 2 failed in a row')
    expect(out).toContain('Search:        window 40 of 41, 1 behind')
    expect(out).toContain('Conditions:\n  PullFailed  feeds.example [2J answered 500')
    expect(out).not.toContain('\u001b')
  })

  it('F-12 shows the samples of rejected entries', async () => {
    const rejections = { counts: { wildcard: 2 }, samples: [{ line: 7, value: '*.example', reason: 'wildcard' as const }] }
    const records = emptyRecords({ rejections: () => Promise.resolve(rejections) })
    const lines: string[] = []
    const client = new FeedClient({ cluster: 'cluster', resources, runs, records, events })
    await runCommand(['describe', 'a'], { withClient: (use) => use(client), out: (text) => lines.push(text), err: () => {}, signal: NEVER, version: '' })
    expect(lines.join('\n')).toContain('Rejected entries: 2 wildcard\n  LINE  REASON    ENTRY\n  7     wildcard  *.example')
  })

  it('describes for programs', async () => {
    const { out } = await threatfeed('describe', 'a', '--output', 'json')
    expect(JSON.parse(out)).toMatchObject({ name: 'a', set: { members: 3 }, search: { window: 40, newest: 41, behind: 1 } })
  })
})

describe('events', () => {
  const minutesAgo = (minutes: number): number => Date.now() - minutes * 60_000

  it('E-01 E-02 are told newest last, in columns', async () => {
    events.add(foundEvent('b', minutesAgo(5), 'a-feed', { time: '2026-01-01T12:00:00.5Z', severity: 80 }), foundEvent('c', minutesAgo(1), 'b', { time: 1_767_225_900, severity: 5 }))
    events.add(foundEvent('a', minutesAgo(60 * 25), 'a-feed'))
    expect(await threatfeed('events')).toEqual({
      code: 0,
      err: '',
      out: ['TIME                  SEVERITY  FEED    WHAT', '2026-01-01T12:00:00Z  80        a-feed  what b says', '2026-01-01T00:05:00Z  5         b       what c says'].join('\n'),
    })
    expect((await threatfeed('events', 'b')).out).not.toContain('a-feed')
    expect((await threatfeed('events', '--since', '2m')).out).not.toContain('what b')
    expect((await threatfeed('events', '--since', '48h')).out).toContain('what a')
    const newest = (await threatfeed('events', '--since', '48h', '--limit', '2')).out
    expect(newest).toMatch(/what b says\n.*what c says\n\nThese are the newest 2; --limit shows more\.$/)
    expect(newest).not.toContain('what a')
  })

  it('E-02 are told for programs as they are stored, with their ids', async () => {
    const event = foundEvent('b', minutesAgo(5))
    events.add(event)
    expect(JSON.parse((await threatfeed('events', '-o', 'json')).out)).toEqual([{ id: 'b', ...event.document }])
  })

  it('E-04 are told whatever they hold, without what could move the cursor', async () => {
    events.add(foundEvent('a', minutesAgo(1), 'f', { time: 'yesterday', severity: null, description: 'red\u001b[31m', record: { feeds: ['f', 7, null] } }))
    expect((await threatfeed('events')).out.split('\n')[1]).toBe('unknown            f,7,  red [31m')
  })

  it('S-05 are told of a feed that is gone; a feed without any has none, and one that is neither is not found', async () => {
    events.add(foundEvent('a', minutesAgo(60 * 25), 'gone'))
    resources.put('quiet', {})
    expect((await threatfeed('events', 'gone', '--since', '26h')).out).toContain('what a says')
    for (const feed of ['gone', 'quiet']) expect(await threatfeed('events', feed)).toEqual({ code: 0, out: 'There are no security events of that time.', err: '' })
    expect((await threatfeed('events', 'quiet', '-o', 'json')).out).toBe('[]')
    expect(await threatfeed('events', 'nobody')).toEqual({ code: 3, out: '', err: 'threatfeed: there is no feed named nobody' })
    expect((await threatfeed('events', 'nobody', '--follow')).code).toBe(3)
  })

  it('E-01 are followed until interrupted, which is no failure', async () => {
    events.add(foundEvent('a', minutesAgo(2)), foundEvent('b', minutesAgo(1)))
    const follow = (...argv: string[]) => {
      const ended = new AbortController()
      events.beforePage = () => ended.abort()
      return threatfeedUntil(ended.signal, 'events', '--follow', ...argv)
    }
    expect(await follow('--since', '1h')).toMatchObject({ code: 0, err: '', out: expect.stringMatching(/^TIME .*\n.*what a says\n.*what b says$/) as string })
    expect(await follow()).toEqual({ code: 0, err: '', out: '' })
    const lines = await follow('--since', '1h', '-o', 'json')
    expect(lines.out.split('\n').map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(['a', 'b'])
  })

  it('E-01 are one table page by page: one head, and columns as wide as they were', () => {
    const print = eventPrinter()
    const event = (feed: string) => ({ ...foundEvent('a', 0, feed).document, id: 'a' })
    expect(print([event('a-long-name')])).toBe('TIME                  SEVERITY  FEED         WHAT\n1970-01-01T00:00:00Z  80        a-long-name  what a says')
    expect(print([event('b')])).toBe('1970-01-01T00:00:00Z  80        b            what a says')
  })
})

describe('failures', () => {
  it.each([
    [new ClientError('unreachable', 'Temporal does not answer'), 4, 'Temporal does not answer'],
    [new FeedFailure('ApiUnavailable', 'wait', 'the API server could not be reached'), 4, 'the API server could not be reached'],
    [new FeedFailure('ApiUnavailable', 'user', 'the API server answered 403'), 1, 'the API server answered 403'],
    [new DOMException('x', 'TimeoutError'), 4, 'no answer in time'],
    [new DOMException('x', 'AbortError'), 1, 'interrupted'],
    [new Error('first\n    at somewhere'), 1, 'unexpected failure, Error: first'],
  ])('tells %s in one line', async (error, code, message) => {
    resources.list = () => Promise.reject(error)
    const failed = await threatfeed('list')
    expect(failed).toMatchObject({ code, out: '' })
    expect(failed.err).toContain(`threatfeed: ${message}`)
    expect(failed.err).not.toContain('\n')
  })

  it('are JSON when the result would be', async () => {
    const { err } = await threatfeed('describe', 'a', '-o', 'json')
    expect(JSON.parse(err)).toEqual({ error: { code: 'not-found', message: 'there is no feed named a' } })
  })
})
