import { describe, expect, it } from 'vitest'
import { FeedFailure } from '../../domain/failure.ts'
import { cachedWorkflows, controlCapacity } from '../../worker/capacity.ts'
import { formatRecord, jsonLogger } from '../../worker/log.ts'
import { reasonOf, waitFor } from '../../worker/wait-for.ts'

const quiet = jsonLogger('ERROR', () => undefined)
const waiting = { what: 'Temporal at temporal:7233', patienceMs: 1000, everyMs: 1 }

describe('starting before the servers do', () => {
  it('tries until it works, and says what it waits for without what failed inside', async () => {
    const lines: string[] = []
    const logger = jsonLogger('INFO', (line) => lines.push(line))
    let tries = 0
    const result = await waitFor(waiting, logger, new AbortController().signal, () => {
      tries += 1
      return tries < 3 ? Promise.reject(new Error('canary')) : Promise.resolve('up')
    })
    expect(result).toBe('up')
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(records.map(({ message }) => message)).toEqual([
      'waiting for Temporal at temporal:7233',
      'waiting for Temporal at temporal:7233',
      'reached Temporal at temporal:7233',
    ])
    expect(lines.join('')).not.toContain('canary')
  })

  it('gives up after its time, and at once when a person must act', async () => {
    const failure = new FeedFailure('StoreFailed', 'user', 'forbidden')
    const signal = new AbortController().signal
    await expect(waitFor({ ...waiting, patienceMs: 0 }, quiet, signal, () => Promise.reject(new Error('down')))).rejects.toThrow('down')
    let tries = 0
    const refused = () => {
      tries += 1
      return Promise.reject(failure)
    }
    await expect(waitFor(waiting, quiet, signal, refused)).rejects.toBe(failure)
    expect(tries).toBe(1)
  })

  it('stops when it is told to', async () => {
    const stop = new AbortController()
    const down = () => {
      stop.abort(new Error('stopped'))
      return Promise.reject(new Error('down'))
    }
    await expect(waitFor({ ...waiting, everyMs: 60_000 }, quiet, stop.signal, down)).rejects.toThrow('stopped')
  })

  it('T-04 prints of foreign errors the name alone', () => {
    expect(reasonOf(new TypeError('canary'))).toBe('TypeError')
    expect(reasonOf(new FeedFailure('StoreFailed', 'wait', 'no connection'))).toBe('no connection')
  })
})

describe('log records', () => {
  it('are one line of JSON each, with no cause of an error', () => {
    const error = new Error('outer', { cause: new Error('canary') })
    const line = formatRecord({ level: 'WARN', message: 'a\nb', timestampNanos: 1_700_000_000_000_000_000n, meta: { error, big: 1n, long: 'x'.repeat(9999) } })
    expect(line).not.toContain('\n')
    expect(line).not.toContain('canary')
    const record = JSON.parse(line) as Record<string, unknown>
    expect(record).toMatchObject({ time: '2023-11-14T22:13:20.000Z', level: 'warn', message: 'a\nb', big: '1' })
    expect(String(record['long'])).toHaveLength(4001)
  })
})

describe('capacity', () => {
  it('keeps 1.2 workflows for each of a thousand feeds at 1 GB of heap, and some however small it is', () => {
    expect(cachedWorkflows(2 ** 30)).toBeGreaterThan(1200)
    expect(cachedWorkflows(0)).toBe(100)
  })

  it('sends three heartbeats of the watch within its timeout of 15 s, so that one may be lost', () => {
    expect(controlCapacity().maxHeartbeatThrottleInterval).toBeLessThanOrEqual(5_000)
  })
})
