import { expect, it } from 'vitest'
import { wholeSeconds } from '../../../domain/run/whole-seconds.ts'

it('T-03 a time is UTC, RFC 3339, in whole seconds that are over', () => {
  expect(wholeSeconds(new Date('2026-01-02T03:04:05.999+01:00'))).toBe('2026-01-02T02:04:05Z')
  expect(wholeSeconds(Date.UTC(2026, 0, 2, 3, 4, 5))).toBe('2026-01-02T03:04:05Z')
})
