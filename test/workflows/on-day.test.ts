import { describe, expect, it } from 'vitest'
import { days } from './on-day.ts'
import type { Day } from './time-skipping.ts'

/** A day of which only the end is of interest; its clock is not looked at before the test is over. */
const DAY = { close: () => Promise.resolve(), abandon: () => undefined } as unknown as Day
const LATE = 'Failed to start ephemeral server: ephemeral server at 127.0.0.1:1 did not start within 5s.'

/** Opens days of which the first ones fail so. */
function opening(failures: readonly string[]) {
  const seen = { opened: 0, lived: 0 }
  const open = async (): Promise<Day> => {
    const failure = failures[seen.opened++]
    if (failure !== undefined) throw new Error(failure)
    return DAY
  }
  const body = days({ open })(async () => {
    seen.lived += 1
  })
  return { seen, body }
}

describe('a time-skipping server that does not start in time', () => {
  it('is started again, and the test is lived once', async () => {
    const { seen, body } = opening([LATE, LATE])
    await body()
    await body()
    expect(seen).toEqual({ opened: 3, lived: 2 })
  })

  it('fails the test when that happens three times, and not the next one', async () => {
    const { seen, body } = opening([LATE, LATE, LATE])
    await expect(body()).rejects.toThrow('did not start within 5s')
    await body()
    expect(seen).toEqual({ opened: 4, lived: 1 })
  })

  it('fails the test at once for any other reason', async () => {
    const { seen, body } = opening(['no Java'])
    await expect(body()).rejects.toThrow('no Java')
    expect(seen).toEqual({ opened: 1, lived: 0 })
  })
})
