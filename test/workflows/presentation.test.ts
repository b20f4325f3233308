import { describe, expect, it } from 'vitest'
import { freshState } from '../../domain/run/state.ts'
import type { FeedState, Observed } from '../../domain/run/state.ts'
import { detailsOf, healthOf } from '../../workflows/presentation.ts'
import { adopted, observedFeed } from '../domain/run/run-view.ts'

const feed = { cluster: 'c', name: 'deny-list', uid: 'uid-1' }
const at = Date.UTC(2026, 0, 1, 12)

function details(state: Partial<FeedState>, observed: Observed | null = observedFeed(), { searchingBackward = false, loaded = true } = {}): string {
  const next = { what: 'the next search of new logs', at: at + 60_000, pullAt: observed?.enabled === true ? at + 3_600_000 : null }
  return detailsOf({ feed, state: { ...freshState('uid-1'), ...state }, observed, searchingBackward, marks: { loaded } }, next)
}

const stored = { version: adopted('abcdef0123456789'), lastSyncAt: at, lastAttemptAt: at, lastSearchAt: at + 30_500 }
const failing = { ...stored, failedPulls: 2, conditions: [{ type: 'PullFailed', message: 'feeds.example: answered 500' }] } as const

describe('the page of a run', () => {
  it('of a healthy feed tells what is stored and what comes next', () => {
    expect(details({ ...stored, networkSet: { objects: 1, prefixes: 3 } })).toBe(
      [
        '**deny-list**: Healthy',
        '',
        'Its set is stored and new logs are searched for it.',
        '',
        '- Set: 3 members (IPSet), version `abcdef012345`',
        '- Adopted: 2026-01-01T00:00:00Z',
        '- Network set: 3 prefixes in 1 object',
        '- Last good sync: 2026-01-01T12:00:00Z',
        '- Last pull: 2026-01-01T12:00:00Z',
        '- Next pull: 2026-01-01T13:00:00Z',
        '- Last good search: 2026-01-01T12:00:30Z',
        '- Waits for: the next search of new logs, 2026-01-01T12:01:00Z',
      ].join('\n'),
    )
  })

  it('of a failing feed tells first what is wrong, and what stays in force meanwhile', () => {
    const lines = details(failing).split('\n')
    expect(lines.slice(0, 5)).toEqual([
      '**deny-list**: Failing',
      '',
      'The set below stays in force, and new logs are searched for it.',
      '',
      '- **PullFailed**: feeds.example: answered 500',
    ])
    expect(lines).toContain('- Last pull: 2026-01-01T12:00:00Z, failed 2 times in a row')
  })

  it('does not say that logs are searched which are not, nor that a set is in force where there is none', () => {
    const searching = details({ ...stored, conditions: [{ type: 'SearchFailed', message: 'the logs cannot be searched' }] })
    expect(searching).toContain('logs that are not searched now are searched later')
    expect(details({ conditions: failing.conditions })).toContain('It has no set yet, and nothing is searched or enforced.')
  })

  it('does not say that a set is in force whose network set cannot be written', () => {
    const refused = details({ ...stored, conditions: [{ type: 'GlobalNetworkSetSyncFailed', message: 'it is not ours' }] })
    expect(refused).toContain('The set below is stored, while its network set may hold another one, and new logs are searched for it.')
  })

  it.each([true, false])('S-07 of a run that could not read what an earlier one left says that, and not that there is nothing (enabled: %s)', (enabled) => {
    const away = { conditions: [{ type: 'StoreFailed', message: 'Elasticsearch could not be reached' }] } as const
    expect(details(enabled ? away : {}, observedFeed({ enabled }), { loaded: false })).toBe(
      [
        `**deny-list**: ${enabled ? 'Failing' : 'Disabled'}`,
        '',
        'What earlier runs left in the store is not known yet. Until it is, nothing is pulled or searched.',
        '',
        ...(enabled ? ['- **StoreFailed**: Elasticsearch could not be reached'] : []),
        '- Set: not known yet',
        '- Waits for: the next search of new logs, 2026-01-01T12:01:00Z',
      ].join('\n'),
    )
  })

  it('of a disabled feed tells that it does nothing and how that ends', () => {
    const page = details(stored, observedFeed({ enabled: false }))
    expect(page).toContain('It is not pulled, searched or enforced; its set stays stored. `threatfeed start deny-list` enables it.')
    expect(page).not.toContain('Next pull')
    expect(details({}, observedFeed({ enabled: false }))).toContain('It is not pulled, searched or enforced. `threatfeed start')
  })

  it('tells what is owed to older logs, and whether they are searched', () => {
    const owed = { set: { sha256: 'a', members: 1 }, upTo: { number: 1, id: 'w' }, position: null }
    expect(details({ ...stored, owed })).toContain('- Older logs: 1 member to search for\n')
    expect(details({ ...stored, owed }, observedFeed(), { searchingBackward: true })).toContain('- Older logs: 1 member to search for, under way\n')
  })
})

describe('the health of a feed', () => {
  it.each([
    ['Pending', {}, null],
    ['Pending', {}, observedFeed()],
    ['Healthy', stored, observedFeed()],
    ['Failing', failing, observedFeed()],
    ['Failing', { conditions: failing.conditions }, observedFeed()],
    ['Disabled', failing, observedFeed({ enabled: false })],
  ] as const)('is %s', (health, state, observed) => {
    expect(healthOf({ ...freshState('uid-1'), ...state }, observed)).toBe(health)
  })
})
