import { once } from 'node:events'
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readDefects, tryDefects } from './defects.ts'
import type { Defect } from './defects.ts'
import { openGround } from './ground.ts'
import { lineOf } from './line-of.ts'
import { PassedSeeds } from './passed-seeds.ts'
import { runSeed } from './run-seed.ts'
import type { Ground } from './world/world.ts'

const SEEDS = { from: '1', to: '5' } as const
const { values } = parseArgs({
  options: {
    from: { type: 'string' },
    to: { type: 'string' },
    /** Seeds that were passed before are lived again. */
    again: { type: 'boolean', default: false },
    /** A defect, by its name: tried with its own seed, or with those that are given. */
    defect: { type: 'string', multiple: true, default: [] },
    defects: { type: 'boolean', default: false },
  },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)
/** An exit code, as shells know it. */
const INTERRUPTED = 130
const interruption = interruptionOf()

/** @returns how many seeds did not pass, or what says that it was ended. */
async function runSeeds(seeds: readonly number[]): Promise<number> {
  const passed = new PassedSeeds()
  const left = seeds.filter((seed) => values.again || !passed.has(seed))
  if (left.length < seeds.length) say(`${String(seeds.length - left.length)} seeds were passed by this build before`)
  if (left.length === 0) return 0
  mkdirSync('.local/reference', { recursive: true })
  const { ground, close } = await openGround()
  let failed = 0
  const stopped = once(interruption, 'abort')
  try {
    for (const seed of left) {
      const outcome = await Promise.race([tryOne(seed, ground), stopped])
      if (interruption.aborted) return INTERRUPTED
      if (outcome === 'passed') passed.add(seed)
      else failed += 1
    }
  } finally {
    // The servers end before the process does; what was passed by now is kept.
    await close()
  }
  say(`${String(left.length - failed)} of ${String(left.length)} seeds passed`)
  return failed
}

async function tryOne(seed: number, ground: Ground): Promise<'passed' | 'failed'> {
  const told = join('.local/reference', `seed-${String(seed)}.txt`)
  writeFileSync(told, '')
  try {
    const judged = await runSeed(seed, ground, (line) => appendFileSync(told, `${line}\n`))
    writeFileSync(told, [...judged.story, ...judged.differences.map(({ text }) => text), ''].join('\n'))
    say(lineOf(judged))
    if (judged.differences.length === 0) return 'passed'
    for (const { text } of judged.differences.slice(0, 5)) say(`  ${text}`)
  } catch (error) {
    if (interruption.aborted) return 'failed'
    const text = error instanceof Error ? error.message : String(error)
    writeFileSync(told, `${text}\n`)
    say(text.split('\n')[0] ?? '')
  }
  say(`  the whole story: ${told}`)
  return 'failed'
}

/** Aborted by the first Ctrl-C. */
function interruptionOf(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say('interrupted: seeds that were passed by now are passed over the next time')
      controller.abort()
    })
  }
  return controller.signal
}

function seedsWanted(): readonly number[] {
  const [from, to] = [wholeNumber('from'), wholeNumber('to')]
  if (to < from) throw new Error(`--to must be no less than --from, found ${String(to)} below ${String(from)}`)
  return Array.from({ length: to - from + 1 }, (_, at) => from + at)
}

function wholeNumber(name: keyof typeof SEEDS): number {
  const text = values[name] ?? SEEDS[name]
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} must be a whole number, found ${text}`)
  return Number(text)
}

function defectsWanted(): readonly Defect[] {
  const all = readDefects()
  if (values.defects) return all
  return values.defect.map((name) => {
    const found = all.find((one) => one.name === name)
    if (found === undefined) throw new Error(`there is no defect ${name}: ${all.map((one) => one.name).join(' ')}`)
    return found
  })
}

const wanted = defectsWanted()
const asked = values.from !== undefined || values.to !== undefined
const failed = wanted.length > 0 ? await tryDefects(wanted, asked ? seedsWanted() : null, say, interruption) : await runSeeds(seedsWanted())
process.exit(failed === 0 ? 0 : interruption.aborted ? INTERRUPTED : 1)
