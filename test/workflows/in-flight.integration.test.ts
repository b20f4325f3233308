import { Client, Connection } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { openCrowd } from './crowd.ts'
import type { Crowd } from './crowd.ts'
import { fly } from './in-flight.ts'

const TIMINGS = Number(process.env['TIMINGS'] ?? 60)
const AT_ONCE = 20

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
