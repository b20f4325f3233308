import { expect, it } from 'vitest'
import { isAbsent } from '../../../adapters/kubernetes/answer.ts'

const status = (details: object) => ({ kind: 'Status', status: 'Failure', reason: 'NotFound', code: 404, details })

it('L-05 an absence is a 404 whose status names this very object, and no other answer', () => {
  const absent = status({ name: 'a', kind: 'globalthreatfeeds', group: 'projectcalico.org' })
  const says = (answerStatus: number, body: unknown): boolean => isAbsent({ status: answerStatus, body }, 'globalthreatfeeds', 'a')
  expect(says(404, absent)).toBe(true)
  expect(says(404, undefined)).toBe(false)
  expect(says(404, status({}))).toBe(false)
  expect(says(404, status({ name: 'b', kind: 'globalthreatfeeds' }))).toBe(false)
  expect(says(404, status({ name: 'a', kind: 'globalnetworksets' }))).toBe(false)
  expect(says(404, { ...absent, reason: 'Gone' })).toBe(false)
  expect(says(503, absent)).toBe(false)
})
