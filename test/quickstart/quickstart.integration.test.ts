import { execFile, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSampleLogs } from '../../local/quickstart/sample-logs.ts'

/** Servers, worker, pulls and two search intervals: a minute or two, on a busy machine some times that. */
const RUN_MS = 8 * 60_000
/** What Ctrl-C may take. */
const END_MS = 30_000

const folder = mkdtempSync(join(tmpdir(), 'threatfeed-quickstart-'))
const expected = readSampleLogs(readFileSync('examples/logs.ndjson', 'utf8')).flatMap(({ events }) => events)

beforeAll(() => {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'pipe' })
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Quickstart {
  readonly pid: number
  readonly lines: string[]
  readonly errors: string[]
  readonly ready: Promise<void>
  readonly exit: Promise<number | null>
}

/** As a shell starts it: in a process group of its own, without servers of this test's environment. */
function start(stateDir: string, ...args: readonly string[]): Quickstart {
  const addresses = ['TEMPORAL_ADDRESS', 'KUBECONFIG', 'ELASTICSEARCH_URL']
  const child = spawn('npm', ['run', '--silent', 'quickstart', '--', '--state-dir', stateDir, ...args], {
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !addresses.includes(name))),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  const errors: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text))
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  const ready = new Promise<void>((resolve, reject) => {
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop() ?? ''
      lines.push(...parts)
      if (parts.includes('ready')) resolve()
    })
    void exit.then((code) => reject(new Error(`ended with ${code}:\n${[...lines, ...errors].join('\n')}`)))
  })
  ready.catch(() => undefined)
  return { pid: child.pid ?? 0, lines, errors, ready, exit }
}

/** Processes that name the folder in their arguments or their environment. */
function processesOf(stateDir: string): readonly string[] {
  const pids = existsSync('/proc/self') ? readdirSync('/proc') : []
  return pids.flatMap((pid) => {
    if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return []
    try {
      const text = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8')
      return text.includes(stateDir) ? [text.split('\0').slice(0, 3).join(' ')] : []
    } catch {
      return []
    }
  })
}

function toldEvents(lines: readonly string[]): readonly { readonly feed: string; readonly value: string }[] {
  return lines.flatMap((line) => {
    const [, feed, value] = /^event gtf_suspicious_(?:flow|dns_query) feed=(\S+) pod=shop\/\S+ value=(\S+)$/.exec(line) ?? []
    return feed === undefined || value === undefined ? [] : [{ feed, value }]
  })
}

const sorted = (events: readonly { readonly feed: string; readonly value: string }[]): readonly string[] =>
  events.map(({ feed, value }) => `${feed} ${value}`).sort()

describe('npm run quickstart', () => {
  it(
    '-- --once tells each expected event once, and nothing is left of it',
    async () => {
      const stateDir = join(folder, 'once')
      const quickstart = start(stateDir, '--once')
      expect(await quickstart.exit, [...quickstart.lines, ...quickstart.errors].join('\n')).toBe(0)
      expect(sorted(toldEvents(quickstart.lines))).toEqual(sorted(expected))
      expect(quickstart.lines.at(-1)).toBe('ready')
      expect(quickstart.lines.some((line) => /^Temporal UI: http:\/\/127\.0\.0\.1:\d+$/.test(line))).toBe(true)
      expect(quickstart.lines.filter((line) => line.startsWith('{'))).toEqual([])
      expect(quickstart.errors.join('')).toBe('')
      expect(processesOf(stateDir)).toEqual([])
    },
    RUN_MS,
  )

  it(
    'stays, with commands that work as they are pasted, until Ctrl-C ends everything',
    async () => {
      const stateDir = join(folder, 'stays')
      const quickstart = start(stateDir)
      await quickstart.ready
      const commands = quickstart.lines.slice(quickstart.lines.indexOf('Try, in this folder:') + 1, -1)
      expect(commands).toHaveLength(3)
      const outputs: string[] = []
      for (const command of commands) outputs.push((await promisify(execFile)('sh', ['-c', command])).stdout)
      expect(outputs[0]).toMatch(/^deny-list\s+IPSet/m)
      expect(outputs[1]).toMatch(/^Set:\s+\d+ members/m)
      expect(outputs[2]).toMatch(/^deny-list: unchanged/)

      const from = Date.now()
      process.kill(-quickstart.pid, 'SIGINT')
      const code = await quickstart.exit
      expect(Date.now() - from).toBeLessThan(END_MS)
      // npm hands the signal on to itself once its script has ended, so that there may be no code.
      expect([0, null]).toContain(code)
      expect(quickstart.errors.join('')).toBe('')
      expect(processesOf(stateDir)).toEqual([])
    },
    RUN_MS,
  )

  it('refuses servers beyond this machine that a shell happens to name', async () => {
    const environment = { ...process.env, ELASTICSEARCH_URL: 'https://es.example' }
    const run = promisify(execFile)(process.execPath, ['dist/local/quickstart/main.js', '--once'], { env: environment })
    await expect(run).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('ELASTICSEARCH_URL') as string })
  })
})
