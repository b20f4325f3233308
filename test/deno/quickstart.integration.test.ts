import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readSampleLogs } from '../../local/quickstart/sample-logs.ts'
import { DenoProcess } from './deno-process.ts'

// Below .local, where the worker may read.
mkdirSync('.local', { recursive: true })
const folder = mkdtempSync(join('.local', 'deno-quickstart-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Where servers are kept once they are fetched and built, and what builds them otherwise. */
const TOOLS = ['HOME', 'XDG_CACHE_HOME', 'JAVA_HOME', 'KUBEBUILDER_ASSETS', 'LANG']
/** A minute by itself, on a busy machine some times that. */
const PATIENCE = 8 * 60_000

describe('the quickstart in Deno', () => {
  it('comes to every expected event with its worker in Deno, and ends', async () => {
    const tools = Object.fromEntries(TOOLS.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])))
    const quickstart = new DenoProcess(['task', 'quickstart', '--once', '--state-dir', join(folder, 'servers')], tools)
    expect(await quickstart.ended, quickstart.output).toBe(0)
    const lines = quickstart.output.split('\n')
    const told = lines.filter((line) => line.startsWith('event ')).map((line) => /feed=(\S+) .*value=(\S+)/.exec(line)?.slice(1).join(' '))
    const expected = readSampleLogs(readFileSync('examples/logs.ndjson', 'utf8')).flatMap(({ events }) => events)
    expect(told.sort()).toEqual(expected.map(({ feed, value }) => `${feed} ${value}`).sort())
    expect(lines).toContain('ready')
    // Of Deno's runtime, and so not of Node's.
    expect(readFileSync(join(folder, 'servers-worker.log'), 'utf8')).toContain('Permissions in the config file')
  }, PATIENCE)
})
