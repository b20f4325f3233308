import { deletedSignal, lookAgainSignal, refreshSignal, refreshUpdate, stateQuery } from '../../../workflows/messages.ts'
import type { Observed } from '../../../domain/run/state.ts'
import { SETTINGS, observedFeed } from '../../domain/run/run-view.ts'
import { ScriptedSteps, failure } from '../scripted-steps.ts'
import { until } from './stage.ts'
import type { ControllerHandle, FeedHandle, RequestHandle, Stage } from './stage.ts'

/** A real clock has to be waited for: a search each second, but waits of half a minute and a minute are as they are. */
const settings = { ...SETTINGS, searchIntervalMs: 1_000, searchAttributes: true }

type Scene = (stage: Stage) => Promise<FeedHandle | ControllerHandle | RequestHandle>

/** What a feed's run, the controller's and a request's may go through. Each is played on a real server and its histories are stored under its name. */
export const SCENES: Readonly<Record<string, Scene>> = {
  async 'pull-healthy'(stage) {
    const { steps, handle } = await begin(stage, 'pull-healthy', { networkSet: 'wanted' }, { backwardSlices: 2 })
    await searches(steps, 4)
    await until('both slices', () => steps.count('searchBackward') >= 2)
    return handle
  },

  async 'pull-failing'(stage) {
    const fail = { pullFeed: () => failure('PullFailed', 'feeds.example: answered 500') }
    const { steps, handle } = await begin(stage, 'pull-failing', {}, { fail })
    await until('a second pull, a minute later', () => steps.count('pullFeed') > 1)
    delete steps.fail.pullFeed
    await handle.signal(refreshSignal)
    await searches(steps, 3)
    steps.fail.parseFeed = () => failure('PullFailed', 'the body holds an HTML page')
    steps.body = 'b'
    await handle.signal(refreshSignal)
    await until('the condition', () => steps.saved?.conditions.length === 1)
    return handle
  },

  async 'pull-not-modified'(stage) {
    const { steps, handle } = await begin(stage, 'pull-not-modified', {})
    await searches(steps, 2)
    steps.pull = () => ({ outcome: 'not-modified', host: 'feeds.example' })
    await handle.signal(refreshSignal)
    await until('the second pull', () => steps.count('pullFeed') > 1)
    await searches(steps, steps.count('searchForward') + 2)
    return handle
  },

  async push(stage) {
    const { steps, handle } = await begin(stage, 'push', { periodMs: null })
    await until('a look at nothing', () => steps.count('readPushedSet') > 1)
    steps.pushed = { seqNo: 1, set: 'set-1' }
    await until('the first set', () => steps.saved?.version?.set.sha256 === 'set-1')
    steps.pushed = { seqNo: 2, set: 'set-2' }
    await until('the second set', () => steps.saved?.version?.set.sha256 === 'set-2')
    steps.fail.readPushedSet = () => failure('PushInvalid', 'the document has no field "ips"')
    await until('the condition', () => steps.saved?.conditions.length === 1)
    delete steps.fail.readPushedSet
    steps.pushed = null
    await until('its writer deleted it', () => steps.saved?.conditions[0]?.message.includes('deleted') ?? false)
    return handle
  },

  async disabled(stage) {
    const { steps, handle } = await begin(stage, 'disabled', { networkSet: 'wanted' })
    await searches(steps, 2)
    steps.observed = observedFeed({ settings, enabled: false })
    await look(handle)
    await until('the network set is gone', () => steps.inputs('syncNetworkSet').at(-1)?.set === null)
    await handle.executeUpdate(refreshUpdate)
    steps.observed = observedFeed({ settings, networkSet: 'wanted' })
    await look(handle)
    await searches(steps, steps.count('searchForward') + 2)
    return handle
  },

  async 'invalid-spec'(stage) {
    const { steps, handle } = await begin(stage, 'invalid-spec', { pullable: false, invalid: 'spec.pull.period must be at least 5m' })
    await until('the condition', () => steps.saved?.conditions.length === 1)
    await handle.executeUpdate(refreshUpdate)
    return handle
  },

  async cancelled(stage) {
    const { steps, handle } = await begin(stage, 'cancelled', { networkSet: 'wanted' })
    await searches(steps, 2)
    steps.fail.disableFeed = () => failure('ApiUnavailable', 'the API server is away')
    await handle.cancel()
    await until('a try', () => steps.count('disableFeed') > 0)
    delete steps.fail.disableFeed
    await handle.result().catch(() => undefined)
    return handle
  },

  async deleted(stage) {
    const { steps, handle } = await begin(stage, 'deleted', { networkSet: 'wanted' })
    await searches(steps, 2)
    await handle.signal(deletedSignal, { uid: 'uid-1' })
    await handle.result()
    return handle
  },

  async 'deleted-unseen'(stage) {
    const { steps, handle } = await begin(stage, 'deleted-unseen', {})
    await searches(steps, 2)
    steps.observation = () => ({ kind: 'absent' })
    await look(handle)
    await handle.result()
    return handle
  },

  async replaced(stage) {
    const { steps, handle } = await begin(stage, 'replaced', { networkSet: 'wanted' })
    await searches(steps, 2)
    steps.observation = () => ({ kind: 'replaced', uid: 'uid-2' })
    await look(handle)
    await until('the old one is removed', () => steps.count('removeFeed') > 0)
    steps.observation = null
    steps.observed = observedFeed({ settings, uid: 'uid-2' })
    await until('the new one loads', () => steps.inputs('loadState').at(-1)?.feed.uid === 'uid-2')
    await searches(steps, steps.count('searchForward') + 2)
    return handle
  },

  async 'content-changed'(stage) {
    const { steps, handle } = await begin(stage, 'content-changed', { networkSet: 'wanted' })
    await searches(steps, 2)
    steps.observed = observedFeed({ settings, content: 'DomainNameSet', pullHash: 'v1-names', match: 'subdomains' })
    await look(handle)
    await until('names are pulled', () => steps.saved?.version?.content === 'DomainNameSet')
    return handle
  },

  async 'network-set-refused'(stage) {
    const fail = { syncNetworkSet: () => failure('GlobalNetworkSetSyncFailed', 'threatfeed.f is not ours') }
    const { steps, handle } = await begin(stage, 'network-set-refused', { networkSet: 'wanted' }, { fail })
    await until('the condition', () => steps.saved?.conditions.length === 1)
    delete steps.fail.syncNetworkSet
    await until('the network set, half a minute later', () => steps.saved?.conditions.length === 0)
    return handle
  },

  async 'store-and-search-fail'(stage) {
    const { steps, handle } = await begin(stage, 'store-and-search-fail', {})
    await searches(steps, 2)
    steps.fail.searchForward = () => failure('SearchFailed', 'the logs cannot be searched')
    steps.body = 'b'
    await handle.signal(refreshSignal)
    await until('a set that waits', () => steps.saved?.conditions.some(({ type }) => type === 'StoreFailed') ?? false)
    delete steps.fail.searchForward
    steps.fail.storeSet = () => failure('StoreFailed', 'the store is away')
    await until('it is tried', () => steps.count('storeSet') > 1)
    delete steps.fail.storeSet
    await until('it is stored', () => steps.saved?.version?.set.sha256 === 'set-b')
    return handle
  },

  async 'continued-as-new'(stage) {
    const { steps, handle } = await begin(stage, 'continued-as-new', { settings: { ...settings, continueAfterEvents: 60 } }, { backwardSlices: 3 })
    for (let times = 1; times <= 3; times += 1) {
      await searches(steps, 4 * times)
      await handle.signal(refreshSignal)
      await look(handle)
    }
    await searches(steps, 18)
    return handle
  },

  async 'refresh-and-wait'(stage) {
    const { steps, handle } = await begin(stage, 'refresh-and-wait', {})
    await searches(steps, 2)
    await handle.executeUpdate(refreshUpdate)
    steps.body = 'b'
    await Promise.all([handle.executeUpdate(refreshUpdate), handle.executeUpdate(refreshUpdate)])
    steps.fail.pullFeed = () => failure('PullFailed', 'feeds.example: answered 403', { slow: true })
    await handle.executeUpdate(refreshUpdate)
    return handle
  },

  async versioned(stage) {
    const { steps, handle } = await begin(stage, 'versioned', {}, {}, 'one')
    await searches(steps, 2)
    await stage.nextBuild('versioned', 'two')
    await until('it moved', async () => (await stage.lifeOf(handle)).histories.length > 1)
    steps.observed = observedFeed({ settings, enabled: false })
    await look(handle)
    await until('it is idle', async () => (await handle.query(stateQuery)).next.at === null)
    return handle
  },

  async controller(stage) {
    let watches = 0
    const handle = await stage.controller(async () => {
      watches += 1
      throw failure('ApiUnavailable', 'the kind is not served')
    })
    await until('a second watch', () => watches > 1)
    return handle
  },

  async 'request-refresh-and-wait'(stage) {
    const updated = { outcome: 'updated', message: '3 members added, 0 removed' } as const
    return ended(await stage.request('refresh-and-wait', { kind: 'refresh', wait: true }, { awaitRefresh: ['pending', 'pending', updated] }))
  },

  async 'request-refresh-tried-again'(stage) {
    const requestRefresh = [failure('ApiUnavailable', 'Temporal does not answer'), true]
    return ended(await stage.request('refresh-tried-again', { kind: 'refresh', wait: false }, { requestRefresh }))
  },

  async 'request-cancel'(stage) {
    const run = { runId: 'r', firstRunId: 'r', status: 'running', startedAt: '2026-01-01T00:00:00Z' }
    const lookUpFeed = [{ uid: 'uid-1', mode: 'Enabled' }, { uid: 'uid-1', mode: 'Disabled' }] as const
    return ended(await stage.request('cancel', { kind: 'cancel' }, { lookUpFeed, findRun: [run], requestCancel: [true], awaitEnd: ['pending', 'cancelled'] }))
  },
}

/** A request that was answered. */
async function ended(handle: RequestHandle): Promise<RequestHandle> {
  await handle.result()
  return handle
}

/** Starts a feed whose resource is like this; a script may be given that fails from the first step on. */
async function begin(stage: Stage, name: string, resource: Partial<Observed>, script: Partial<Pick<ScriptedSteps, 'fail' | 'backwardSlices'>> = {}, build?: string) {
  const steps = Object.assign(new ScriptedSteps(), script)
  steps.observed = observedFeed({ settings, ...resource })
  return { steps, handle: await stage.feed(name, steps, build) }
}

/** The resource changed, as the controller tells it; to whatever run is the feed's now. */
async function look(handle: FeedHandle): Promise<void> {
  await handle.signal(lookAgainSignal, { uid: 'uid-1' })
}

function searches(steps: ScriptedSteps, times: number): Promise<void> {
  return until(`${String(times)} searches`, () => steps.count('searchForward') >= times)
}
