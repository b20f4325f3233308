import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

describe('threatfeed, as it is built', () => {
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
    const feed = { apiVersion: 'projectcalico.org/v3', kind: 'GlobalThreatFeed', metadata: { name: 'short' }, spec: { pull: { period: '1m', http: { url: 'https://feeds.example/' } } } }
    const { status, stdout, stderr } = threatfeed('validate', '-f', file('feed.json', JSON.stringify(feed, null, 2)))
    expect(status).toBe(2)
    expect(stdout + stderr).toContain('spec.pull.period must be at least 5m, found "1m"')
  })
})
