import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { eventually } from './cluster.ts'
import { changesNetworkSetOf, keepsBody, removesDocument, setTerminatingStage, TerminatedFeed, writesDocument } from './terminating.ts'
import type { TerminatingStage } from './terminating.ts'
import type { StoreRequest } from './watched-store.ts'

let stage: TerminatingStage
setTerminatingStage((opened) => (stage = opened))

/** Number of a feed: its addresses are its own. */
let numbered = 0
const address = (): string => `198.51.100.${String(++numbered)}`
const prefix = (one: string): string => `${one}/32`
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** Arranges for a feed to be terminated in the change from one address to another. */
type Moment = (feed: TerminatedFeed, next: string) => void

/** The state that tells of the change: with the next set, or of a document that is the pusher’s. */
const tellsOf = (feed: TerminatedFeed, text: string) => (request: StoreRequest): boolean => writesDocument(() => feed.uid)(request) && request.body.includes(text)
const ofNext = (next: string): string => sha256(prefix(next))
const PUSHED = '"pullHash":null'
const readsDocument = (feed: TerminatedFeed) => ({ method, path }: StoreRequest): boolean =>
  method === 'GET' && path.includes(`/_doc/${feed.name}`) && !path.includes('_source=false')

/** A push feed whose only address is the former of two, both of which logs hold already. */
async function pushedFeed(name: string): Promise<{ readonly feed: TerminatedFeed; readonly former: string; readonly next: string }> {
  const feed = new TerminatedFeed(name, stage)
  const [former, next] = [address(), address()]
  await feed.log('before', [former, next])
  await stage.cluster.push('IPSet', name, [prefix(former)])
  await feed.apply({ content: 'IPSet' })
  await feed.isWell()
  await feed.hasEventsOf([`before ${former}`])
  return { feed, former, next }
}

const pull = (feed: TerminatedFeed) => ({ period: '1h', http: { url: feed.listUrl } })

describe('a run that is terminated while a pushed document is read', () => {
  it.each<[string, Moment]>([
    ['before-it-is-read', (feed) => stage.store.before(readsDocument(feed), feed.terminateAndBreak)],
    ['once-it-is-read', (feed) => stage.store.after(readsDocument(feed), feed.terminate)],
    ['before-its-set-is-kept', (feed, next) => stage.store.before(writesDocument(() => ofNext(next)), feed.terminateAndBreak)],
    ['once-its-set-is-kept', (feed, next) => stage.store.after(writesDocument(() => ofNext(next)), feed.terminate)],
    ['before-its-state-is-written', (feed, next) => stage.store.before(tellsOf(feed, ofNext(next)), feed.terminateAndBreak)],
    ['once-its-state-is-written', (feed, next) => stage.store.after(tellsOf(feed, ofNext(next)), feed.terminate)],
  ])('S-07 S-02 L-06 %s: the next one adopts it, and every log of the former and of the new member is an event, once', async (name, arrange) => {
    const { feed, former, next } = await pushedFeed(name)
    arrange(feed, next)
    await feed.log('during', [former])
    await stage.cluster.push('IPSet', name, [prefix(next)])
    await feed.wasTerminated()
    const adopted = async () => (await stage.cluster.state(name)).version?.set.sha256
    await eventually('the next is adopted', () => adopted().catch(() => null), (found) => found === sha256(prefix(next)), 90_000)
    await feed.log('after', [former, next])
    await feed.hasEventsOf([`before ${former}`, `before ${next}`, `during ${former}`, `after ${next}`])
    await feed.isWell()
    expect(await stage.cluster.document('IPSet', name)).toEqual([prefix(next)])
  }, 240_000)
})

describe('a run that is terminated while its feed becomes a push feed', () => {
  it.each<[string, Moment]>([
    ['before-the-network-set-goes', (feed) => stage.beforeKubernetes(changesNetworkSetOf(feed.name, 'DELETE'), feed.terminateAndBreak)],
    ['before-its-state-says-so', (feed) => stage.store.before(tellsOf(feed, PUSHED), feed.terminateAndBreak)],
    ['once-its-state-says-so', (feed) => stage.store.after(tellsOf(feed, PUSHED), feed.terminate)],
  ])('S-07 L-03 S-05 %s: the document is the pusher’s from then on, the network set is gone, and no host is asked', async (name, arrange) => {
    const feed = new TerminatedFeed(name, stage)
    const [former, next] = [address(), address()]
    await feed.log('before', [former, next])
    feed.lists([former])
    await feed.apply({ pull: pull(feed), globalNetworkSet: {} })
    await eventually('the network set', () => feed.nets(), (sets) => sets.length === 1)
    await feed.isWell()
    await feed.hasEventsOf([`before ${former}`])
    arrange(feed, next)
    await stage.cluster.patch(name, { spec: { pull: null, globalNetworkSet: null } })
    await feed.wasTerminated()
    await eventually('no network set', () => feed.nets(), (sets) => sets.length === 0)
    expect(await stage.cluster.document('IPSet', name)).toEqual([prefix(former)])
    await feed.log('after', [former])
    await feed.hasEventsOf([`before ${former}`, `after ${former}`])
    await stage.cluster.push('IPSet', name, [prefix(next)])
    await feed.hasEventsOf([`before ${former}`, `after ${former}`, `before ${next}`])
    await feed.isWell()
    expect(stage.host.count(`/${name}.txt`)).toBe(1)
    await stage.cluster.remove(name)
    await eventually('the run ends', () => stage.cluster.running(name), (runs) => !runs, 90_000)
    expect(await stage.cluster.document('IPSet', name)).toEqual([prefix(next)])
    expect(await feed.records()).toBe(0)
  }, 240_000)
})

describe('a run that is terminated while a push feed becomes one that is pulled', () => {
  it.each<[string, Moment]>([
    ['once-its-body-is-kept', (feed) => stage.store.after(keepsBody(feed), feed.terminate)],
    ['before-the-pushed-document-is-overwritten', (feed) => stage.store.before(writesDocument(() => feed.name), feed.terminateAndBreak)],
    ['between-document-and-state', (feed) => stage.store.after(writesDocument(() => feed.name), async () => {
      stage.store.before(writesDocument(() => feed.uid), feed.terminateAndBreak)
      return undefined
    })],
  ])('S-07 L-03 P-12 %s: the next one goes on with the body, which is not asked for again', async (name, arrange) => {
    const { feed, former, next } = await pushedFeed(name)
    feed.lists([next])
    arrange(feed, next)
    await stage.cluster.patch(name, { spec: { pull: pull(feed), globalNetworkSet: {} } })
    await feed.wasTerminated()
    await eventually('the network set', () => feed.nets(), (sets) => sets.flat().join() === prefix(next), 90_000)
    await feed.log('after', [former, next])
    await feed.hasEventsOf([`before ${former}`, `before ${next}`, `after ${next}`])
    await feed.isWell()
    expect(await stage.cluster.document('IPSet', name)).toEqual([prefix(next)])
    expect(stage.host.count(`/${name}.txt`)).toBe(1)
  }, 240_000)
})

describe('a run that is terminated while its feed gets another content', () => {
  it.each<[string, Moment]>([
    ['before-the-former-network-set-goes', (feed) => stage.beforeKubernetes(changesNetworkSetOf(feed.name, 'DELETE'), feed.terminateAndBreak)],
    ['before-the-former-document-goes', (feed) => stage.store.before(removesDocument(() => feed.name), feed.terminateAndBreak)],
    ['once-the-former-document-is-gone', (feed) => stage.store.after(removesDocument(() => feed.name), feed.terminate)],
    ['before-the-former-records-go', (feed) => stage.store.before(removesDocument(() => `${feed.uid}-rejections`), feed.terminateAndBreak)],
  ])('S-07 L-03 %s: nothing of the former content is left, and each host was asked once', async (name, arrange) => {
    const feed = new TerminatedFeed(name, stage)
    const former = address()
    await feed.log('before', [former])
    feed.lists([former])
    stage.host.answer(`/${name}-names.txt`, `${name}.example\n`)
    await feed.apply({ pull: pull(feed), globalNetworkSet: {} })
    await eventually('the network set', () => feed.nets(), (sets) => sets.length === 1)
    await feed.isWell()
    await feed.hasEventsOf([`before ${former}`])
    arrange(feed, former)
    const http = { url: `${stage.host.origin}/${name}-names.txt` }
    await stage.cluster.patch(name, { spec: { content: 'DomainNameSet', pull: { http }, globalNetworkSet: null } })
    await feed.wasTerminated()
    await eventually('the names', () => stage.cluster.document('DomainNameSet', name).catch(() => null), (names) => names?.[0] === `${name}.example`, 90_000)
    await feed.isWell()
    expect(await stage.cluster.document('IPSet', name)).toBeNull()
    expect(await feed.nets()).toEqual([])
    await feed.log('after', [former])
    await feed.hasEventsOf([`before ${former}`])
    expect([stage.host.count(`/${name}.txt`), stage.host.count(`/${name}-names.txt`)]).toEqual([1, 1])
  }, 240_000)
})
