import { describe, expect, it } from 'vitest'
import { FeedRoster, type Summons } from '../../activities/feed-roster.ts'

const A = { name: 'a', uid: 'uid-a' }
const B = { name: 'b', uid: 'uid-b' }

function look(name: string, uid: string): Summons {
  return { kind: 'lookAgain', feed: { cluster: 'c', name, uid } }
}

/** A roster that has seen a first complete list, all of whose feeds were told. */
function listed(...feeds: readonly { name: string; uid: string }[]): FeedRoster {
  const roster = new FeedRoster('c')
  for (const summons of roster.take({ kind: 'listed', feeds })) roster.sent(summons)
  return roster
}

describe('the roster of a cluster’s feeds', () => {
  it('L-01 after the first list every feed’s run is told', () => {
    expect(new FeedRoster('c').take({ kind: 'listed', feeds: [A, B] })).toEqual([look('a', 'uid-a'), look('b', 'uid-b')])
  })

  it('L-01 a later list tells only those that were not known: a quiet feed costs nothing', () => {
    expect(listed(A).take({ kind: 'listed', feeds: [A, B] })).toEqual([look('b', 'uid-b')])
    expect(listed(A).take({ kind: 'listed', feeds: [{ name: 'a', uid: 'uid-2' }] })).toEqual([look('a', 'uid-2')])
  })

  it('L-06 a feed without a run gets one at every comparison until it has one', () => {
    const roster = listed(A, B)
    for (const summons of roster.compare(['b']).summons) roster.sent(summons)
    expect(roster.compare(['b']).summons).toEqual([look('a', 'uid-a')])
    expect(roster.compare(['a', 'b']).summons).toEqual([])
  })

  it('a message that arrives late does not stand for a newer one that did not', () => {
    const roster = listed(A)
    const [older] = roster.take({ kind: 'changed', ...A })
    roster.take({ kind: 'changed', ...A })
    if (older !== undefined) roster.sent(older)
    expect(roster.compare(['a']).summons).toEqual([look('a', 'uid-a')])
  })

  it('a message that did not arrive is due again', () => {
    const roster = listed(A)
    const [summons] = roster.take({ kind: 'changed', ...A })
    expect(roster.compare(['a']).summons).toEqual([summons])
    if (summons !== undefined) roster.sent(summons)
    expect(roster.compare(['a']).summons).toEqual([])
  })

  it('a message about another life of the feed does not settle what is due', () => {
    const roster = listed(A)
    roster.take({ kind: 'changed', name: 'a', uid: 'uid-2' })
    roster.sent(look('a', 'uid-a'))
    expect(roster.compare(['a']).summons).toEqual([look('a', 'uid-2')])
  })

  it('L-05 a delete event tells the run of that uid', () => {
    const deleted: Summons = { kind: 'deleted', feed: { cluster: 'c', ...A } }
    expect(listed(A).take({ kind: 'deleted', ...A })).toEqual([deleted])
  })

  it('L-05 a delete event of a former life leaves the new one on the roster', () => {
    const roster = listed({ name: 'a', uid: 'uid-2' })
    roster.take({ kind: 'deleted', ...A })
    expect(roster.compare([]).summons).toEqual([look('a', 'uid-2')])
  })

  it('L-05 a run whose feed is not in the list is asked to look, never told that it is deleted', () => {
    const roster = listed(A, B)
    expect(roster.take({ kind: 'listed', feeds: [] })).toEqual([])
    expect(roster.compare(['a', 'b']).summons).toEqual([look('a', 'uid-a'), look('b', 'uid-b')])
    expect(roster.compare([]).summons).toEqual([])
  })

  it('L-05 so is one that nobody knows, with an unknown uid, or the one of its state document', () => {
    const roster = listed()
    expect(roster.compare(['x']).summons).toEqual([look('x', '')])
    roster.sweep([{ cluster: 'c', name: 'x', uid: 'uid-x' }])
    expect(roster.compare(['x']).summons).toEqual([look('x', 'uid-x')])
  })

  it('L-05 nothing is concluded before the first complete list', () => {
    const roster = new FeedRoster('c')
    expect(roster.compare(['a']).summons).toEqual([])
    expect(roster.sweep([{ cluster: 'c', ...A }])).toEqual({ summons: [], former: [] })
    expect(roster.take({ kind: 'changed', ...A })).toEqual([look('a', 'uid-a')])
  })

  it('L-06 says once that the run of a feed that is gone has ended, whether told of or missing in a list', () => {
    const roster = listed(A, B)
    roster.take({ kind: 'deleted', ...A })
    expect(roster.compare(['a', 'b']).ended).toBe(false)
    expect(roster.compare(['b'])).toEqual({ summons: [], ended: true })
    expect(roster.compare(['b']).ended).toBe(false)
    roster.take({ kind: 'listed', feeds: [] })
    expect([roster.compare(['b']).ended, roster.compare([]).ended]).toEqual([false, true])
  })

  it('S-07 state documents without a feed get the run that cleans up; those of former lives are named', () => {
    const roster = listed(A)
    const former = { cluster: 'c', name: 'a', uid: 'uid-0' }
    expect(roster.sweep([{ cluster: 'c', ...A }, former, { cluster: 'c', ...B }])).toEqual({ summons: [look('b', 'uid-b')], former: [former] })
  })

  it('S-05 what names a feed that lives under another name is no life that is gone', () => {
    expect(listed(A).sweep([{ cluster: 'c', name: 'copied', uid: 'uid-a' }])).toEqual({ summons: [], former: [] })
  })
})
