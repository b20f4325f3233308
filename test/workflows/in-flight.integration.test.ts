import { setTimeout as pause } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { refreshUpdate } from '../../workflows/messages.ts'
import { openCrowd } from './crowd.ts'
import type { Crowd } from './crowd.ts'
import { fly } from './in-flight.ts'
import { ScriptedSteps, failure } from './scripted-steps.ts'

const TIMINGS = Number(process.env['TIMINGS'] ?? 60)
const AT_ONCE = 20

function gate(): readonly [opened: Promise<void>, open: () => void] {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return [opened, () => open()]
}

let crowd: Crowd
let connections: readonly { close(): Promise<void> }[]
beforeAll(async () => {
  const address = inject('servers')['TEMPORAL_ADDRESS'] ?? ''
  const [native, connection] = await Promise.all([NativeConnection.connect({ address }), Connection.connect({ address })])
  connections = [native, connection]
  crowd = await openCrowd(native, new Client({ connection }), `real-${String(process.pid)}`)
})
afterAll(async () => {
  await crowd.close()
  for (const connection of connections) await connection.close()
})

it(`L-04 L-05 L-06 continuing as new loses no signal, update, deletion or cancellation in flight on the real server: ${String(TIMINGS)} random timings`, async () => {
  const lost: string[] = []
  let continued = 0
  for (let done = 0; done < TIMINGS; done += AT_ONCE) {
    const flights = await Promise.all(Array.from({ length: AT_ONCE }, (_, at) => fly(crowd, `flight-${String(done + at)}`)))
    lost.push(...flights.flatMap((flight) => flight.lost))
    continued += flights.reduce((sum, flight) => sum + flight.continued, 0)
  }
  expect(lost).toEqual([])
  // Otherwise nothing was in flight when a run ended.
  expect(continued).toBeGreaterThan(TIMINGS / 2)
}, 60_000 + 3_000 * TIMINGS)

it('L-02 L-06 a refresh in flight when its run is cancelled is answered with "disabled", and so is one that comes while that is written', async () => {
  const steps = new ScriptedSteps()
  const [searched, release] = gate()
  const [written, disabled] = gate()
  const begun = async (name: 'searchForward' | 'disableFeed'): Promise<void> => {
    while (steps.count(name) === 0) await pause(5)
  }
  // Adopted at last, but not before the cancellation.
  steps.searchForward = async () => {
    await searched
    throw failure('SearchFailed', 'too late')
  }
  steps.disableFeed = async () => {
    await written
    return 'disabled'
  }
  const handle = await crowd.start('answered', steps)
  await begun('searchForward')
  const inFlight = await handle.startUpdate(refreshUpdate, { waitForStage: 'ACCEPTED' })
  await handle.cancel()
  release()
  await begun('disableFeed')
  const late = handle.executeUpdate(refreshUpdate)
  expect([(await inFlight.result()).outcome, (await late).outcome]).toEqual(['disabled', 'disabled'])
  disabled()
  await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } })
}, 30_000)
