import { randomBytes } from 'node:crypto'
import { Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { SEARCH_ATTRIBUTES } from '../../domain/run/names.ts'
import { jsonLogger } from '../../worker/log.ts'
import { ensureSearchAttributes } from '../../worker/search-attributes.ts'
import { lookAgainSignal } from '../../workflows/messages.ts'
import { SETTINGS, observedFeed } from '../domain/run/run-view.ts'
import { openStage, until } from './replay/stage.ts'
import type { Stage } from './replay/stage.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'

const address = (): string => inject('servers')['TEMPORAL_ADDRESS'] ?? ''
const settings = { ...SETTINGS, searchIntervalMs: 1_000, searchAttributes: true, continueAfterEvents: 80 }

let stage: Stage
beforeAll(async () => {
  stage = await openStage(address())
})
afterAll(async () => {
  await stage.close()
})

describe('a list of runs', () => {
  it('finds the failing feeds by a query, after a run continued as new too, and shows their members where they are known', async () => {
    const well = new ScriptedSteps()
    const failing = new ScriptedSteps()
    const disabled = new ScriptedSteps()
    for (const steps of [well, failing]) steps.observed = observedFeed({ settings })
    disabled.observed = observedFeed({ settings, enabled: false, content: 'DomainNameSet' })
    failing.fail.pullFeed = () => failure('PullFailed', 'feeds.example: answered 500')
    await stage.feed('well', well)
    await stage.feed('failing', failing)
    await stage.feed('disabled', disabled)
    const unread = new ScriptedSteps()
    unread.observed = observedFeed({ settings })
    unread.fail.loadState = () => failure('StoreFailed', 'Elasticsearch could not be reached')
    await stage.feed('unread', unread)

    const found = async (query: string) => {
      const runs: unknown[] = []
      const ours = `WorkflowType="threatFeed" AND ExecutionStatus="Running" AND TaskQueue="feeds" AND ${query}`
      for await (const { workflowId, memo } of stage.client.workflow.list({ query: ours })) runs.push([workflowId, memo?.['members'], memo?.['health']])
      return runs.map((run) => JSON.stringify(run)).sort()
    }
    await until('the run of the healthy feed has continued', () => well.count('searchForward') > 12)
    const expected: readonly (readonly [string, readonly unknown[]])[] = [
      ['FeedHealth="Failing"', [['threatfeed/recorded/failing', 0, 'Failing'], ['threatfeed/recorded/unread', undefined, 'Failing']]],
      ['FeedHealth="Healthy"', [['threatfeed/recorded/well', 3, 'Healthy']]],
      ['FeedContent="DomainNameSet" AND FeedHealth="Disabled"', [['threatfeed/recorded/disabled', 0, 'Disabled']]],
      ['FeedName="well" AND FeedCluster="recorded"', [['threatfeed/recorded/well', 3, 'Healthy']]],
    ]
    for (const [query, runs] of expected) await until(query, async () => (await found(query)).join() === runs.map((run) => JSON.stringify(run)).join())
    expect(well.count('observeFeed')).toBeGreaterThan(1)
  })

  it('shows a feed that began before Temporal had the attributes, once it has them', async () => {
    const early = new ScriptedSteps()
    early.observed = observedFeed({ settings: { ...settings, searchAttributes: false } })
    const handle = await stage.feed('early', early)
    await until('it is healthy', async () => (await handle.describe()).memo?.['health'] === 'Healthy')
    early.observed = observedFeed({ settings })
    await handle.signal(lookAgainSignal, { uid: 'uid-1' })
    const query = 'FeedName="early" AND FeedCluster="recorded" AND FeedContent="IPSet" AND FeedHealth="Healthy"'
    await until('it is found', async () => (await stage.client.workflow.count(query)).count > 0)
    // A run that continues has the attributes of the one before: they are written once.
    await until('its run has continued twice', async () => (await stage.lifeOf(handle)).histories.length > 2)
    const { histories } = await stage.lifeOf(handle)
    const written = histories.flatMap(({ events }) => events ?? []).map((event) => event.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields)
    expect(written.filter((fields) => fields?.['FeedHealth'])).toHaveLength(1)
  })
})

describe('a namespace without search attributes', () => {
  it('gets them from the worker', async () => {
    const namespace = `attributes-${randomBytes(3).toString('hex')}`
    const connection = await Connection.connect({ address: address() })
    await connection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: { seconds: 86_400 as never } })
    const listed = async () => Object.keys((await connection.operatorService.listSearchAttributes({ namespace })).customAttributes)
    await until('the namespace is there', async () => (await listed()).length >= 0)
    expect(await listed()).not.toContain('FeedHealth')
    expect(await ensureSearchAttributes(connection, namespace, jsonLogger('ERROR', () => undefined))).toBe(true)
    await until('they are listed', async () => (await listed()).includes('FeedHealth'))
    expect(await listed()).toEqual(expect.arrayContaining(Object.values(SEARCH_ATTRIBUTES)))
    await connection.close()
  })
})
