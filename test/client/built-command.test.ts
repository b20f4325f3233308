import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAll, describe, expect, it } from 'vitest'

/** What `npm ci` builds and `package.json` names as the command. */
const COMMAND = 'dist/client/threatfeed.js'
const folder = mkdtempSync(join(tmpdir(), 'threatfeed-built-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function threatfeed(...argv: readonly string[]) {
  return spawnSync(join(process.cwd(), COMMAND), argv, { encoding: 'utf8', input: '' })
}

/** The command with a pipe as its standard input, which stays open. */
function piped(...argv: readonly string[]) {
  const child = spawn(join(process.cwd(), COMMAND), argv)
  const ended = Promise.all([once(child, 'close') as Promise<[number | null]>, text(child.stdout), text(child.stderr)])
  return { child, ended: ended.then(([[code], stdout, stderr]) => ({ code, stdout, stderr })) }
}

/** Writes more than any pipe holds: when that is done, the command is reading, and has come near the end of it. */
function readUpTo(stdin: Writable, start: string): Promise<unknown> {
  return new Promise((resolve) => stdin.write(start, resolve))
}

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

function feedEvery(period: string) {
  return { apiVersion: 'projectcalico.org/v3', kind: 'GlobalThreatFeed', metadata: { name: 'short' }, spec: { pull: { period, http: { url: 'https://feeds.example/' } } } }
}

/** Each starts Node with all that the command loads. */
describe('threatfeed, as it is built', { timeout: 60_000 }, () => {
  it('is a program of its own', () => {
    accessSync(COMMAND, constants.X_OK)
    const { status, stdout } = threatfeed('--help')
    expect(status).toBe(0)
    expect(stdout).toContain('Usage: threatfeed')
  })

  it('previews a list: JSON on stdout and nothing else', () => {
    const { status, stdout, stderr } = threatfeed('preview', file('list.txt', '198.51.100.7\n198.51.100.0/24\nnot an address\n'), '--output', 'json')
    expect(stderr).toBe('')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ members: 2, rejected: { 'not-an-address': 1 } })
  })

  it('validates a feed: a problem with its place is exit code 2', () => {
    const feed = feedEvery('1m')
    const { status, stdout, stderr } = threatfeed('validate', '-f', file('feed.json', JSON.stringify(feed, null, 2)))
    expect(status).toBe(2)
    expect(stdout + stderr).toContain('spec.pull.period must be at least 5m, found "1m"')
  })

  it('waits for standard input that comes late, and takes more than a pipe holds', async () => {
    const { child, ended } = piped('validate', '-f', '-')
    await readUpTo(child.stdin, `${`# ${'x'.repeat(98)}\n`.repeat(10_000)}`)
    // By now it has nothing to read: a writer is not always the faster one.
    child.stdin.end(JSON.stringify(feedEvery('1h')))
    expect(await ended).toMatchObject({ code: 0, stderr: '' })
  })

  it('reads standard input only as far as anybody takes it', async () => {
    const { child, ended } = piped('validate', '-f', '-')
    // It goes away in the middle.
    child.stdin.on('error', () => undefined)
    child.stdin.write('#'.repeat(8_000_000))
    expect(await ended).toMatchObject({ code: 2, stderr: expect.stringContaining('standard input is too large') as string })
  })

  it('is interrupted while it waits for standard input', async () => {
    const { child, ended } = piped('validate', '-f', '-')
    await readUpTo(child.stdin, '#'.repeat(4_000_000))
    child.kill('SIGINT')
    expect(await ended).toEqual({ code: 1, stdout: '', stderr: 'threatfeed: interrupted\n' })
  })
})
