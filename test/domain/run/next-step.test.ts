import { describe, expect, it } from 'vitest'
import { nextStep } from '../../../domain/run/next-step.ts'
import { nextPullAt } from '../../../domain/run/schedule.ts'
import { NOW, quiet, quietMarks, reported, said } from './quiet.ts'
import { runView } from './run-view.ts'

describe('nextStep', () => {
  it('looks at the resource first, and again when asked', () => {
    expect(nextStep(runView({ observed: null }), NOW)).toEqual({ kind: 'observe' })
    expect(nextStep(runView({ state: quiet, marks: quietMarks, requests: { look: true } }), NOW)).toEqual({ kind: 'observe' })
  })

  it('P-01 pulls at once when nothing is stored, and then waits for its period', () => {
    expect(nextStep(runView(), NOW)).toEqual({ kind: 'pull' })
    const view = runView({ state: { ...quiet, version: null }, marks: quietMarks })
    const due = nextPullAt(view.id, NOW - 1000, 3_600_000)
    expect(nextStep({ ...view, marks: { ...view.marks, reported: reported(view.state) } }, due - 1)).toMatchObject({ kind: 'wait', until: due })
    expect(nextStep({ ...view, marks: { ...view.marks, reported: reported(view.state) } }, due)).toEqual({ kind: 'pull' })
  })

  it('L-03 pulls at once when url, format, headers or content changed, without waiting out a failure', () => {
    const state = { ...quiet, retryPullAt: NOW + 1e9, failedPulls: 3 }
    expect(nextStep(runView({ state, marks: quietMarks, observed: { pullHash: 'v1-other' } }), NOW)).toEqual({ kind: 'pull' })
    expect(nextStep(runView({ state, marks: quietMarks }), NOW)).not.toEqual({ kind: 'pull' })
  })

  it('P-12 adopts a body that is in the store before asking the host again', () => {
    const pending = {
      snapshot: { sha256: 's', bytes: 1 },
      validators: null,
      pullHash: 'v1-pull',
      content: 'IPSet',
      format: { kind: 'newline' },
      allowEmpty: false,
      set: null,
    } as const
    const view = runView({ state: { ...quiet, pending, lastAttemptAt: 0 }, marks: quietMarks, requests: { refresh: true } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'adopt' })
    const waiting = { ...view, marks: { ...view.marks, retryAt: { adopt: NOW + 5000 } } }
    expect(nextStep(waiting, NOW)).toMatchObject({ kind: 'wait', until: NOW + 5000 })
  })

  it('V-23 an invalid spec stops pulls, while the last good set is searched and enforced', () => {
    const view = runView({
      state: { ...quiet, lastAttemptAt: 0 },
      observed: { pullable: false, invalid: 'spec.pull.period: ...', networkSet: 'wanted' },
      marks: { ...quietMarks, searchedAt: NOW - 60_000 },
    })
    expect(nextStep(view, NOW)).toEqual({ kind: 'sync-network-set' })
    const synced = { ...view, state: { ...view.state, networkSetFor: 'a/v1-nets' } }
    expect(nextStep(synced, NOW)).toEqual({ kind: 'search-forward' })
  })

  it('V-23 an invalid network-set stanza leaves what is enforced, an invalid content what is stored', () => {
    const state = { ...quiet, networkSetFor: 'a/v1-nets' }
    const marks = { ...quietMarks, reconcile: true }
    expect(nextStep(said(runView({ state, marks, observed: { networkSet: 'invalid', invalid: 'labels' } })), NOW)).toMatchObject({ kind: 'wait' })
    expect(nextStep(runView({ state, marks, observed: { networkSet: 'absent' } }), NOW)).toEqual({ kind: 'sync-network-set' })
    const typo = { content: 'DomainNameSet', pullable: false, invalid: 'spec.content', networkSet: 'invalid' } as const
    expect(nextStep(said(runView({ state, marks, observed: typo })), NOW)).toMatchObject({ kind: 'wait' })
  })

  it('L-02 a disabled feed loses its network set and then only waits', () => {
    const view = runView({ state: { ...quiet, networkSetFor: 'a/v1-nets', lastAttemptAt: 0 }, observed: { enabled: false, networkSet: 'wanted' }, marks: { ...quietMarks, searchedAt: null } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'sync-network-set' })
    const removed = { ...view, state: { ...view.state, networkSetFor: null } }
    expect(nextStep(removed, NOW)).toEqual({ kind: 'report' })
    expect(nextStep(said(removed), NOW)).toMatchObject({ kind: 'wait', until: null })
  })

  it('L-03 while a former content cannot be cleaned up, nothing of the new one is done', () => {
    const marks = { ...quietMarks, searchedAt: null, retryAt: { 'drop-content': NOW + 9 } }
    const view = runView({ state: quiet, marks, observed: { content: 'DomainNameSet', pullHash: 'v1-names' } })
    expect(nextStep(view, NOW)).toMatchObject({ kind: 'wait', until: NOW + 9 })
  })

  it('L-02 a new run looks once for a network set that no state tells of', () => {
    const view = runView({ state: quiet, marks: { ...quietMarks, networkSetKnown: false } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'sync-network-set' })
  })

  it('L-03 a changed content is cleaned up before anything new is pulled', () => {
    const view = runView({ state: quiet, marks: quietMarks, observed: { content: 'DomainNameSet', pullHash: 'v1-names' } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'drop-content' })
  })

  it('S-02 reads a pushed document once an interval', () => {
    const view = runView({ observed: { periodMs: null } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'read-pushed' })
    const read = { ...view, marks: { ...view.marks, pushReadAt: NOW, reported: reported(view.state) } }
    const wait = nextStep(read, NOW)
    expect(wait.kind).toBe('wait')
    if (wait.kind === 'wait') expect(wait.until).toBeLessThanOrEqual(NOW + 60_000)
  })

  it('L-04 reads a pushed document at once when it is asked for', () => {
    const marks = { pushReadAt: NOW, searchedAt: NOW, reconcile: false }
    const view = runView({ observed: { periodMs: null }, requests: { refresh: true }, marks })
    expect(nextStep(view, NOW + 1)).toEqual({ kind: 'read-pushed' })
    expect(nextStep({ ...view, requests: { ...view.requests, refresh: false } }, NOW + 1)).not.toEqual({ kind: 'read-pushed' })
  })

  it('L-05 an absence is confirmed half a minute later, and nothing else is done meanwhile', () => {
    const view = runView({ state: { ...quiet, lastAttemptAt: 0 }, marks: { ...quietMarks, absentSince: NOW }, requests: { look: true } })
    expect(nextStep(view, NOW + 29_999)).toMatchObject({ kind: 'wait', until: NOW + 30_000 })
    expect(nextStep(view, NOW + 30_000)).toEqual({ kind: 'observe' })
  })

  it('L-05 a delete event of this uid is believed', () => {
    expect(nextStep(runView({ state: quiet, requests: { deleted: true } }), NOW)).toEqual({ kind: 'remove' })
  })

  it.each([{ absentSince: NOW - 30_000 }, { absentSince: null }])('L-05 one that is known to be gone is not looked for again while the store does not say what it left (%j)', (absence) => {
    const marks = { loaded: false, retryAt: { load: NOW + 5000 }, ...absence }
    const view = runView({ observed: null, requests: { deleted: true, look: true }, marks })
    expect(nextStep(view, NOW)).toMatchObject({ kind: 'wait', until: NOW + 5000 })
    expect(nextStep(view, NOW + 5000)).toEqual({ kind: 'load' })
    expect(nextStep({ ...view, requests: { ...view.requests, deleted: false } }, NOW)).toEqual({ kind: 'observe' })
  })

  it('searches backward beside the loop, one at a time', () => {
    const owed = { set: { sha256: 'o', members: 1 }, upTo: { number: 1, id: 'w' }, position: null }
    const state = { ...quiet, owed }
    expect(nextStep(runView({ state, marks: quietMarks }), NOW)).toEqual({ kind: 'search-backward' })
    expect(nextStep(runView({ state, marks: quietMarks, backwardRunning: true }), NOW)).toMatchObject({ kind: 'wait' })
  })

  it('G-05 compares the network set after each look, and once it is written waits for the next', () => {
    const state = { ...quiet, networkSetFor: 'a/v1-nets' }
    const view = runView({ state, observed: { networkSet: 'wanted' }, marks: { ...quietMarks, reconcile: true } })
    expect(nextStep(view, NOW)).toEqual({ kind: 'sync-network-set' })
    expect(nextStep(said({ ...view, marks: { ...view.marks, reconcile: false } }), NOW)).toMatchObject({ kind: 'wait' })
  })

  it('G-06 a network set that waits for its next try holds up no search', () => {
    const marks = { ...quietMarks, searchedAt: null, retryAt: { 'sync-network-set': NOW + 9 } }
    const view = runView({ state: { ...quiet, networkSetFor: null }, observed: { networkSet: 'wanted' }, marks })
    expect(nextStep(view, NOW)).toEqual({ kind: 'search-forward' })
  })

  it('Q-07 T-06 searches of new logs that take as long as the interval leave older logs and the status their turn', () => {
    const owed = { set: { sha256: 'o', members: 1 }, upTo: { number: 1, id: 'w' }, position: null }
    const late = runView({
      state: { ...quiet, owed },
      observed: { periodMs: null },
      marks: { ...quietMarks, reported: null, searchedAt: NOW - 60_000, pushReadAt: NOW - 60_000 },
    })
    expect(nextStep(late, NOW)).toEqual({ kind: 'read-pushed' })
    const searched = { ...late, searchedLast: true }
    expect(nextStep(searched, NOW)).toEqual({ kind: 'search-backward' })
    expect(nextStep({ ...searched, backwardRunning: true }, NOW)).toEqual({ kind: 'report' })
    expect(nextStep(said({ ...searched, backwardRunning: true }), NOW)).toEqual({ kind: 'read-pushed' })
  })

  it('a step that failed waits for its own time, so that a lasting failure cannot spin', () => {
    const view = runView({ state: { ...quiet, networkSetFor: null }, observed: { networkSet: 'wanted' }, marks: { ...quietMarks, retryAt: { 'sync-network-set': NOW + 9 } } })
    expect(nextStep(said(view), NOW)).toMatchObject({ kind: 'wait', until: NOW + 9, next: 'writing the network set' })
  })
})
