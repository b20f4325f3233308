import { fileURLToPath } from 'node:url'
import type { History } from '@temporalio/common/lib/proto-utils.js'
import { DefaultLogger, ReplayError, Runtime, Worker, bundleWorkflowCode } from '@temporalio/worker'
import { DeterminismViolationError } from '@temporalio/workflow'
import { beforeAll, describe, expect, it } from 'vitest'
import { VERSION } from '../../worker/package-root.ts'
import { SCENES } from './replay/scenes.ts'
import { bytesOf, storedLives, storedVersions } from './replay/stored.ts'

type Bundle = Awaited<ReturnType<typeof bundleWorkflowCode>>
let today: Bundle
let wrong: Bundle

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR') })
  const bundle = (path: string) => bundleWorkflowCode({ workflowsPath: fileURLToPath(new URL(path, import.meta.url)), logger: new DefaultLogger('ERROR') })
  today = await bundle('../../workflows/index.ts')
  wrong = await bundle('./wrong/index.ts')
}, 120_000)

/** The runs that do not fit, as `scene, number of the run: why`. */
async function misfits(version: string, workflowBundle: Bundle): Promise<readonly string[]> {
  const runs = [...storedLives(version)].flatMap(([scene, { workflowId, histories }]) => histories.map((history, index) => ({ scene, workflowId, history, index })))
  const found: string[] = []
  let at = 0
  for await (const { error } of Worker.runReplayHistories({ workflowBundle }, runs)) {
    const run = runs[at++]
    if (error instanceof DeterminismViolationError || error instanceof ReplayError) found.push(`${String(run?.scene)}, ${String(run?.index)}: ${error.message}`)
  }
  expect(at).toBe(runs.length)
  return found
}

function typesIn(histories: readonly History[]): ReadonlySet<string> {
  const types = new Set<string>()
  for (const { activityTaskScheduledEventAttributes: step, workflowExecutionSignaledEventAttributes: signal, ...event } of histories.flatMap(({ events }) => events ?? [])) {
    const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input
    for (const name of [step?.activityType?.name, signal?.signalName, update?.name]) if (name != null) types.add(name)
    if (event.workflowExecutionCancelRequestedEventAttributes) types.add('cancel')
    if (event.workflowExecutionContinuedAsNewEventAttributes) types.add('continue as new')
    if (event.upsertWorkflowSearchAttributesEventAttributes) types.add('search attributes')
  }
  return types
}

describe('stored histories', () => {
  // One is of before a report went with a search: it tells of times by timers of its own.
  it.each(storedVersions().map((version) => [version]))('T-06 of version %s replay with the workflows as they are', async (version) => {
    expect(await misfits(version, today)).toEqual([])
  }, 120_000)

  it('do not replay with workflows that they do not fit', async () => {
    const runs = [...storedLives(VERSION).values()].flatMap(({ histories }) => histories)
    expect(await misfits(VERSION, wrong)).toHaveLength(runs.length)
  }, 120_000)

  it('hold every scene of this version, every step, every message, and nothing of the machine that recorded them', () => {
    const lives = storedLives(VERSION)
    expect([...lives.keys()].sort()).toEqual(Object.keys(SCENES).sort())
    const types = typesIn([...lives.values()].flatMap(({ histories }) => histories))
    const steps = ['loadState', 'observeFeed', 'pullFeed', 'parseFeed', 'readPushedSet', 'storeSet', 'syncNetworkSet', 'searchForward', 'searchBackward']
    const more = ['reportStatus', 'removeFeed', 'disableFeed', 'watchFeeds', 'lookAgain', 'deleted', 'refresh', 'refreshAndWait']
    const ofRequests = ['awaitRefresh', 'requestRefresh', 'lookUpFeed', 'findRun', 'requestCancel', 'awaitEnd']
    expect([...types]).toEqual(expect.arrayContaining([...steps, ...more, ...ofRequests, 'cancel', 'continue as new', 'search attributes']))
    for (const [scene, { histories }] of lives) {
      const text = histories.map((history) => bytesOf(history).toString('latin1')).join('\n')
      expect([scene, /file:|\.ts:\d|\/(home|root|tmp|work|Users)\//.exec(text)?.[0]]).toEqual([scene, undefined])
    }
  })
})
