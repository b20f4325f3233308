import { readdirSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { bundleTests } from './bundle.ts'
import type { Report } from './run-tests.ts'
import { type BundledTests, RUNTIMES, runOn } from './runtimes.ts'

/** What only Node can be asked: its own readers of addresses, its hash. */
const OF_NODE = /\.node\.test\.ts$/
/** Millions of entries and documents of 64 MiB: what they take in time and memory is Node's. */
const LARGE = ['formats/json-hostile.test.ts', 'formats/streaming.test.ts', 'sets/large-lists.test.ts']

const files = readdirSync('test/domain', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && !OF_NODE.test(name) && !LARGE.includes(name))
  .map((name) => `test/domain/${name}`)
  .sort()

/** Counted, since titles that show values show those of another realm otherwise. */
const testsIn = ({ outcomes }: Report, file: string): number => outcomes.filter((outcome) => outcome.file === file).length
/** A minute or less by itself. */
const PATIENCE = 15 * 60_000

describe('the core', () => {
  let tests: BundledTests
  let inNode: Report

  beforeAll(async () => {
    tests = { module: (await bundleTests(files)).code, script: (await bundleTests(files, { format: 'iife' })).code }
  })

  describe.each(RUNTIMES)('on $name', (runtime) => {
    let report: Report

    beforeAll(async () => {
      report = await runOn(runtime, tests)
      inNode ??= report
    }, PATIENCE)

    it(`finds of Node's globals ${runtime.nodeGlobals.join(', ') || 'none'}`, () => {
      expect(report.nodeGlobals).toEqual(runtime.nodeGlobals)
    })

    it.each(files)('passes %s', (file) => {
      expect(report.outcomes.filter((outcome) => outcome.file === file && outcome.error !== null)).toEqual([])
      expect(testsIn(report, file)).toBe(testsIn(inNode, file))
      expect(testsIn(report, file)).toBeGreaterThan(0)
    })
  })
})
