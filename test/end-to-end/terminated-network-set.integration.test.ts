import { describe, expect, it } from 'vitest'
import { refreshSignal } from '../../workflows/messages.ts'
import { scattered } from '../domain/network-set/given.ts'
import { eventually } from './cluster.ts'
import { changesNetworkSetOf, makesNetworkSet, setTerminatingStage, TerminatedFeed } from './terminating.ts'
import type { TerminatingStage } from './terminating.ts'

let stage: TerminatingStage
setTerminatingStage((opened) => (stage = opened))

/** Two objects, of which a change makes three: the upper one has to be cut, and the lower one loses a few. */
const [FIRST, GROWN] = [scattered(21_000), scattered(31_000).slice(100)]
const sorted = (nets: readonly string[]): string => [...nets].sort().join()
/** Members and logs of each feed are its own: in an octet of its own. */
const inOctet = (octet: number, members: readonly string[]): string[] => members.map((member) => member.replace(/^11\./, `${String(octet)}.`))
const bare = (member: string | undefined): string => (member ?? '').replace('/32', '')

type Moment = (feed: TerminatedFeed) => void
const onSecond = (matches: Parameters<TerminatingStage['beforeKubernetes']>[0], act: () => Promise<'refuse' | undefined>): void =>
  stage.beforeKubernetes(matches, async () => {
    stage.beforeKubernetes(matches, act)
    return undefined
  })

describe('a run that is terminated while it writes a network set of several objects', () => {
  it.each<[string, number, Moment, Moment]>([
    [
      'before the second is made, and after a cut before the other one shrinks',
      20,
      (feed) => onSecond(makesNetworkSet, feed.terminateAndBreak),
      (feed) => stage.beforeKubernetes(changesNetworkSetOf(feed.name, 'PUT'), feed.terminateAndBreak),
    ],
    [
      'while the second is made, and between two that are rewritten',
      21,
      (feed) => onSecond(makesNetworkSet, feed.terminate),
      (feed) => onSecond(changesNetworkSetOf(feed.name, 'PUT'), feed.terminate),
    ],
  ])('S-07 G-04 L-06 %s: the next one goes on, no address that stays is ever uncovered, nothing is pulled again', async (_, octet, first, second) => {
    const name = `several-${String(octet)}`
    const [members, grown] = [inOctet(octet, FIRST), inOctet(octet, GROWN)]
    const feed = new TerminatedFeed(name, stage)
    const [kept, added] = [bare(members[200]), bare(grown.at(-1))]
    await feed.log('before', [kept, added])
    feed.lists(members)
    first(feed)
    await feed.apply({ pull: { period: '1h', http: { url: feed.listUrl } }, globalNetworkSet: {} })
    const complete = (wanted: readonly string[]): Promise<unknown> => {
      const text = sorted(wanted)
      return eventually(`the network set of ${name}`, async () => sorted((await feed.nets()).flat()) === text, (whole) => whole, 90_000)
    }
    await complete(members)
    await feed.hasEventsOf([`before ${kept}`])

    // Looked at before every write of the change, and after the last one.
    const staying = members.slice(100)
    const uncovered: string[] = []
    let looks = 0
    const look = async (): Promise<void> => {
      const covered = new Set((await feed.nets()).flat())
      uncovered.push(...staying.filter((member) => !covered.has(member)))
      looks += 1
    }
    stage.look = async (request) => {
      if (makesNetworkSet(request) || changesNetworkSetOf(name, 'PUT')(request) || changesNetworkSetOf(name, 'DELETE')(request)) await look()
    }
    feed.lists(grown)
    second(feed)
    await stage.cluster.temporal.workflow.getHandle(`threatfeed/${stage.cluster.name}/${name}`).signal(refreshSignal)
    await complete(grown)
    await look()
    expect(looks).toBeGreaterThan(3)
    expect(uncovered).toEqual([])
    await feed.wasTerminated(2)
    await feed.log('after', [kept, added, bare(members[0])])
    await feed.hasEventsOf([`before ${kept}`, `before ${added}`, `after ${kept}`, `after ${added}`])
    await feed.isWell()
    expect(stage.host.count(`/${name}.txt`)).toBe(2)
  }, 240_000)

  it('S-07 G-05 L-06 between two that are removed, as the stanza is gone: all of them go, and come again with the stanza without a pull', async () => {
    const members = inOctet(24, FIRST)
    const feed = new TerminatedFeed('off-and-on', stage)
    feed.lists(members)
    await feed.apply({ pull: { period: '1h', http: { url: feed.listUrl } }, globalNetworkSet: {} })
    await eventually('two objects', () => feed.nets(), (sets) => sets.length === 2)
    await feed.isWell()
    onSecond(changesNetworkSetOf(feed.name, 'DELETE'), feed.terminateAndBreak)
    await stage.cluster.patch(feed.name, { spec: { globalNetworkSet: null } })
    await feed.wasTerminated()
    await eventually('none', () => feed.nets(), (sets) => sets.length === 0)
    // And once more on the way back.
    onSecond(makesNetworkSet, feed.terminateAndBreak)
    await stage.cluster.patch(feed.name, { spec: { globalNetworkSet: {} } })
    await feed.wasTerminated(2)
    await eventually('all again', async () => sorted((await feed.nets()).flat()), (nets) => nets === sorted(members))
    await feed.isWell()
    expect(stage.host.count('/off-and-on.txt')).toBe(1)
  }, 240_000)
})
