import { expect, it } from 'vitest'
import { eventually } from './cluster.ts'
import { changesNetworkSetOf, removesDocument, setTerminatingStage, TerminatedFeed } from './terminating.ts'
import type { TerminatingStage } from './terminating.ts'

let stage: TerminatingStage
setTerminatingStage((opened) => (stage = opened))

/**
 * The steps of a cleanup in their order, each of which is the moment at which one feed's run is killed, before or after it. There is no
 * resource any more whose change would tell the controller: it has to find out.
 */
const MOMENTS: Readonly<Record<string, (feed: TerminatedFeed) => void>> = {
  'before-its-network-set': (feed) => stage.beforeKubernetes(changesNetworkSetOf(feed.name, 'DELETE'), breaking(feed)),
  'before-its-document': (feed) => stage.store.before(removesDocument(() => feed.name), breaking(feed)),
  'after-its-document': (feed) => stage.store.after(removesDocument(() => feed.name), breaking(feed)),
  'before-its-report': (feed) => stage.store.before(removesDocument(() => `${feed.uid}-rejections`), breaking(feed)),
  'before-its-state': (feed) => stage.store.before(removesDocument(() => feed.uid), breaking(feed)),
  'after-its-state': (feed) => stage.store.after(removesDocument(() => feed.uid), feed.kill),
}

const breaking = (feed: TerminatedFeed) => async (): Promise<'refuse'> => {
  await feed.kill()
  return 'refuse'
}

it('S-07 S-05 L-06 a run that is terminated in the cleanup of its deleted feed, at whichever step, is replaced, and nothing of the feed is left but its events', async () => {
  const feeds = Object.keys(MOMENTS).map((name) => new TerminatedFeed(name, stage))
  const listed = (feed: TerminatedFeed): string => `198.51.100.${String(1 + feeds.indexOf(feed))}`
  for (const feed of feeds) {
    feed.lists([listed(feed)])
    await feed.log('before', [listed(feed)])
    await feed.apply({ pull: { period: '1h', http: { url: feed.listUrl } }, globalNetworkSet: {} })
  }
  for (const feed of feeds) {
    await eventually(`the network set of ${feed.name}`, () => feed.nets(), (sets) => sets.length === 1)
    await feed.isWell()
    await feed.hasEventsOf([`before ${listed(feed)}`])
  }
  for (const feed of feeds) {
    MOMENTS[feed.name]?.(feed)
    await stage.cluster.remove(feed.name)
    await feed.wasTerminated()
  }
  // A comparison with the runs, a look and a second one half a minute later.
  for (const feed of feeds) {
    await eventually(`nothing is known of ${feed.name}`, () => feed.records(), (count) => count === 0, 150_000)
    await eventually(`the network set of ${feed.name} goes`, () => feed.nets(), (sets) => sets.length === 0)
    await eventually(`the run of ${feed.name} ends`, () => stage.cluster.running(feed.name), (runs) => !runs, 150_000)
    expect(await stage.cluster.document('IPSet', feed.name)).toBeNull()
    await feed.hasEventsOf([`before ${listed(feed)}`])
    expect(stage.host.count(`/${feed.name}.txt`)).toBe(1)
  }
}, 400_000)
