import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startServers } from '../../../local/index.ts'
import type { RunningServers } from '../../../local/index.ts'
import { contractIds } from '../../contract-titles.ts'
import { readPatches, selected } from './patches.ts'
import type { Patch } from './patches.ts'
import { makeScratch } from './scratch.ts'
import { SECTIONS } from './sections.ts'
import { redWithoutDefect, tryPatch } from './try-patch.ts'
import type { Outcome, Red } from './try-patch.ts'

const REPORT = '.local/defects.md'

const { positionals, values } = parseArgs({ allowPositionals: true, options: { 'fail-fast': { type: 'boolean', default: false } } })
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const ended = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort(new Error(`ended by ${signal}`)))

const patches = selected(readPatches(), positionals)
const rules = contractIds().filter((id) => SECTIONS.includes(id.charAt(0)))
const missing = selected(rules.map((name) => ({ name })), positionals).filter(({ name }) => !patches.some(({ id }) => id === name))

function word(outcome: Outcome): string {
  if (outcome.kind === 'red') return `${outcome.red.file} > ${outcome.red.test}`
  if (outcome.kind === 'refused') return `DOES NOT APPLY: ${outcome.why}`
  return `NO TEST SEES IT (${outcome.tests} passed)${outcome.notes.map((note) => `; ${note}`).join('')}`
}

function row({ name, id, says }: Patch, outcome: Outcome): string {
  const cells = [id, name, says, outcome.kind, word(outcome)]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ').slice(0, 300)).join(' | ')} |`
}

async function main(): Promise<boolean> {
  const rows: string[] = []
  const reds: Red[] = []
  let survivors = 0
  let servers: Promise<RunningServers> | undefined
  mkdirSync('.local', { recursive: true })
  const scratch = makeScratch()
  const surroundings = {
    scratch,
    signal: ended.signal,
    async servers() {
      servers ??= startServers({ stateDir: mkdtempSync(join('.local', 'defects-')), owned: true, signal: ended.signal })
      return (await servers).env
    },
    async endServers() {
      const ending = servers
      servers = undefined
      await ending?.then((running) => running.stop(), () => undefined)
    },
  }
  try {
    for (const patch of patches) {
      const began = performance.now()
      const outcome = await tryPatch(patch, surroundings)
      say(`${outcome.kind === 'red' ? 'red ' : 'FAIL'} ${patch.name.padEnd(18)} ${((performance.now() - began) / 1000).toFixed(1).padStart(5)} s  ${word(outcome)}`)
      rows.push(row(patch, outcome))
      if (outcome.kind === 'red') reds.push(outcome.red)
      else survivors += 1
      if (survivors > 0 && values['fail-fast']) break
    }
    const faults = await redWithoutDefect(reds, surroundings)
    for (const fault of faults) say(`FAIL red without the defect as well: ${fault}`)
    for (const { name } of missing) say(`FAIL no defect of ${name}`)
    writeFileSync(REPORT, ['| rule | defect | takes out | | test |', '| --- | --- | --- | --- | --- |', ...rows, ''].join('\n'))
    say(`${reds.length} of ${patches.length} defects turn a test red, ${faults.length} of these tests are red anyway, ${missing.length} rules have none; table: ${REPORT}`)
    return patches.length > 0 && survivors === 0 && faults.length === 0 && missing.length === 0
  } finally {
    scratch.remove()
    await surroundings.endServers()
  }
}

const began = performance.now()
try {
  process.exitCode = (await main()) ? 0 : 1
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
say(`${((performance.now() - began) / 1000).toFixed(0)} s`)
