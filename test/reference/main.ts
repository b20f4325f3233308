import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readDefects, tryDefects } from './defects.ts'
import { openGround } from './ground.ts'
import { PassedSeeds } from './passed-seeds.ts'
import { runSeed } from './run-seed.ts'
import type { Judged } from './run-seed.ts'

const { values } = parseArgs({
  options: {
    from: { type: 'string', default: '1' },
    to: { type: 'string', default: '5' },
    /** Seeds that were passed before are lived again. */
    again: { type: 'boolean', default: false },
    /** One defect, by its name. */
    defect: { type: 'string' },
    defects: { type: 'boolean', default: false },
  },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)

function lineOf({ seed, differences, events, logs, windows, seconds }: Judged): string {
  const verdict = differences.length === 0 ? 'passed' : `DIFFERS in ${String(differences.length)}`
  return `seed ${String(seed).padStart(4)}  ${verdict}  ${String(events)} events of ${String(logs)} logs in ${String(windows)} windows, ${seconds.toFixed(0)} s`
}

/** @returns how many seeds did not pass. */
async function runSeeds(from: number, to: number): Promise<number> {
  const passed = new PassedSeeds()
  const seeds = Array.from({ length: to - from + 1 }, (_, at) => from + at)
  const left = seeds.filter((seed) => values.again || !passed.has(seed))
  if (left.length < seeds.length) say(`${String(seeds.length - left.length)} seeds were passed by this build before`)
  if (left.length === 0) return 0
  mkdirSync('.local/reference', { recursive: true })
  const { ground, close } = await openGround()
  let failed = 0
  try {
    for (const seed of left) {
      const told = join('.local/reference', `seed-${String(seed)}.txt`)
      try {
        const judged = await runSeed(seed, ground)
        say(lineOf(judged))
        writeFileSync(told, [...judged.story, ...judged.differences.map(({ text }) => text), ''].join('\n'))
        if (judged.differences.length === 0) passed.add(seed)
        else {
          failed += 1
          for (const { text } of judged.differences.slice(0, 5)) say(`  ${text}`)
          say(`  the whole story: ${told}`)
        }
      } catch (error) {
        failed += 1
        const text = error instanceof Error ? error.message : String(error)
        writeFileSync(told, `${text}\n`)
        say(`${text.split('\n')[0] ?? ''}\n  the whole story: ${told}`)
      }
    }
  } finally {
    await close()
  }
  say(`${String(left.length - failed)} of ${String(left.length)} seeds passed`)
  return failed
}

function wholeNumber(name: 'from' | 'to'): number {
  const number = Number(values[name])
  if (!Number.isInteger(number) || number < 0) throw new Error(`--${name} must be a whole number, found ${values[name]}`)
  return number
}

const wanted = values.defects ? readDefects() : readDefects().filter(({ name }) => name === values.defect)
if (values.defect !== undefined && wanted.length === 0) throw new Error(`there is no defect ${values.defect}: ${readDefects().map(({ name }) => name).join(' ')}`)
const failed = wanted.length > 0 ? await tryDefects(wanted, say) : await runSeeds(wholeNumber('from'), wholeNumber('to'))
process.exit(failed === 0 ? 0 : 1)
