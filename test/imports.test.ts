import { readFileSync } from 'node:fs'
import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

interface Row {
  readonly refused: readonly string[]
  readonly accepted: readonly string[]
}

const temporal = ['activity', 'client', 'common', 'envconfig', 'testing', 'worker', 'workflow']
const clients = ['@kubernetes/client-node', '@elastic/elasticsearch', 'undici']
const parsers = ['ipaddr.js', 'csv-parse', 'csv-parse/browser/esm', 'jsonpath-plus', 'punycode/punycode.es6.js', 'tr46', 'yaml']

/** Everything of Temporal but these parts. */
function otherThan(...parts: readonly string[]): readonly string[] {
  return temporal.filter((part) => !parts.includes(part)).map((part) => `@temporalio/${part}`)
}

/** The table "Who may import what" of docs/architecture.md, a file in each folder, and what it may and may not import as values. */
const table: Readonly<Record<string, Row>> = {
  domain: {
    refused: ['../workflows/messages.ts', '../activities/ports/set-store.ts', '../adapters/bound.ts', '../worker/config.ts', '../client/config.ts', '../local/index.ts', 'node:fs', ...otherThan(), ...clients],
    accepted: ['./failure.ts', '../domain/failure.ts', 'ipaddr.js', 'csv-parse/browser/esm', 'punycode/punycode.es6.js'],
  },
  workflows: {
    refused: ['../domain/sets/make-set.ts', '../domain/feed/read-feed.ts', '../activities/pull-feed.ts', '../adapters/bound.ts', '../worker/config.ts', '../client/config.ts', '../local/index.ts', 'node:crypto', ...otherThan('workflow', 'common'), ...clients, ...parsers],
    accepted: ['./messages.ts', '../domain/run/state.ts', '../domain/feed/content.ts', '../domain/failure.ts', '@temporalio/workflow', '@temporalio/common'],
  },
  activities: {
    refused: ['../workflows/messages.ts', '../adapters/bound.ts', '../worker/config.ts', '../client/config.ts', '../local/index.ts', 'node:fs', ...otherThan('activity', 'common'), ...clients],
    accepted: ['../domain/sets/make-set.ts', './ports/set-store.ts', '../activities/beating.ts', '@temporalio/activity', '@temporalio/common'],
  },
  adapters: {
    refused: ['../activities/pull-feed.ts', '../workflows/steps.ts', '../worker/config.ts', '../client/config.ts', '../local/index.ts', ...otherThan('client', 'common')],
    accepted: ['../domain/sets/make-set.ts', '../activities/ports/set-store.ts', '../workflows/messages.ts', './bound.ts', 'node:fs', '@temporalio/client', '@temporalio/common', ...clients],
  },
  worker: {
    refused: ['../workflows/messages.ts', '../client/config.ts', '../local/index.ts', ...otherThan('worker', 'client', 'envconfig', 'common'), ...clients],
    accepted: ['../domain/failure.ts', '../activities/pull-feed.ts', '../adapters/bound.ts', './config.ts', 'node:fs', '@temporalio/worker', '@temporalio/client', '@temporalio/envconfig', '@temporalio/common'],
  },
  client: {
    refused: ['../workflows/steps.ts', '../activities/pull-feed.ts', '../worker/config.ts', '../local/index.ts', ...otherThan('client', 'envconfig', 'common'), ...clients],
    accepted: ['../domain/failure.ts', '../workflows/messages.ts', '../adapters/bound.ts', './config.ts', 'node:fs', '@temporalio/client', '@temporalio/envconfig', '@temporalio/common'],
  },
  receiver: {
    refused: ['../workflows/messages.ts', '../activities/ports/set-store.ts', '../adapters/bound.ts', '../adapters/elasticsearch/documents.ts', '../worker/config.ts', '../client/config.ts', '../local/index.ts', 'node:fs', ...otherThan(), ...clients],
    accepted: ['../domain/sets/make-set.ts', '../adapters/settings/settings-reader.ts', '../client/edge.ts', '../client/client-error.ts', './problem.ts', 'hono'],
  },
  bench: {
    refused: ['../workflows/messages.ts', ...otherThan('worker', 'client', 'workflow', 'testing')],
    accepted: ['../domain/sets/make-set.ts', '../activities/pull-feed.ts', '../adapters/bound.ts', './measure/contest.ts', '../worker/capacity.ts', '../client/config.ts', '../local/index.ts', ...clients, 'node:fs', '@temporalio/worker', '@temporalio/client', '@temporalio/testing', 'ipaddr.js'],
  },
}

const eslint = new ESLint()

async function isRefused(folder: string, code: string, rule = 'no-restricted-imports'): Promise<boolean> {
  const [result] = await eslint.lintText(code, { filePath: `${folder}/probe.ts` })
  if (result === undefined || result.fatalErrorCount > 0) throw new Error(`cannot lint ${code}`)
  return result.messages.some(({ ruleId }) => ruleId?.endsWith(rule))
}

async function refusedOf(folder: string, imports: readonly string[]): Promise<readonly string[]> {
  const results = await Promise.all(imports.map((from) => isRefused(folder, `import { probe } from '${from}'\nprobe()\n`)))
  return imports.filter((_, at) => results[at])
}

describe('the import table', () => {
  it('has a row here for each row of docs/architecture.md', () => {
    const rows = [...readFileSync('docs/architecture.md', 'utf8').matchAll(/^\| `([a-z]+)\/` \| (?:yes|no|the)/gm)].map(([, folder]) => folder)
    expect(rows).toEqual(Object.keys(table))
  })

  it.each(Object.entries(table))('refuses every wrong import in %s/, in a folder below it too, and no right one', async (folder, { refused, accepted }) => {
    expect(await refusedOf(folder, refused)).toEqual(refused)
    expect(await refusedOf(folder, accepted)).toEqual([])
    const deeper = (imports: readonly string[]): readonly string[] => imports.filter((from) => from.startsWith('../')).map((from) => `../${from}`)
    expect(await refusedOf(`${folder}/below`, deeper(refused))).toEqual(deeper(refused))
    expect(await refusedOf(`${folder}/below`, deeper(accepted))).toEqual([])
  }, 60_000)

  it.each([
    ['workflows', '../domain/sets/indicator-set.ts', false],
    ['workflows', '../activities/pull-feed.ts', true],
    ['adapters', '../activities/pull-feed.ts', true],
    ['domain', '@temporalio/client', true],
  ])('in %s/ the mere types of %s: refused is %s', async (folder, from, refused) => {
    expect(await isRefused(folder, `import type { Probe } from '${from}'\nexport const probe: Probe | null = null\n`)).toBe(refused)
  }, 60_000)

  it('leaves the edge client web standards, the core and the rest of the client alone', async () => {
    const refused = async (from: string): Promise<boolean> => isRefused('client/edge', `import { probe } from '${from}'\nprobe()\n`)
    for (const from of ['node:timers/promises', '@temporalio/client', '../../workflows/messages.ts', '../../adapters/temporal/feed-runs.ts']) expect([from, await refused(from)]).toEqual([from, true])
    for (const from of ['../../domain/run/names.ts', '../../adapters/bound.ts', '../client-error.ts', './shapes.ts']) expect([from, await refused(from)]).toEqual([from, false])
    expect(await isRefused('client/edge', 'export const probe = process.env\n', 'no-restricted-globals')).toBe(true)
  }, 60_000)

  it.each(Object.entries(table))('leaves no way around it in %s/: neither a re-export nor an import in the middle of the code', async (folder, { refused: [wrong] }) => {
    expect(await isRefused(folder, `export { probe } from '${String(wrong)}'\n`)).toBe(true)
    expect(await isRefused(folder, `export const probe = (): Promise<unknown> => import('${String(wrong)}')\n`, 'no-restricted-syntax')).toBe(true)
  }, 60_000)
})
