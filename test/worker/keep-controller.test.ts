import type { Client } from '@temporalio/client'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ForeignClusterError } from '../../worker/controller-run.ts'
import { keepController } from '../../worker/keep-controller.ts'
import { jsonLogger } from '../../worker/log.ts'
import { Readiness } from '../../worker/readiness.ts'

const IDENTITY = { cluster: 'c', uid: 'uid-1' }
const HALF_A_MINUTE = 30_000

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A server on which the controller of this chain runs, or which is away. */
function server() {
  const state = { firstRunId: 'run-1', clusterUid: 'uid-1', away: false }
  const describe = async () => ({ memo: { clusterUid: state.clusterUid }, raw: { workflowExecutionInfo: { firstRunId: state.firstRunId } } })
  const start = async () => {
    if (state.away) throw new Error('connection refused')
    return { describe }
  }
  const client = {
    workflow: { start },
    withDeadline: (_: number, work: () => Promise<unknown>) => work(),
    withAbortSignal: (_: AbortSignal, work: () => Promise<unknown>) => work(),
  }
  return { state, client: client as unknown as Client }
}

async function keeping(onAnother: () => Promise<void>) {
  const { state, client } = server()
  const stopping = new AbortController()
  const lines: string[] = []
  const options = { logger: jsonLogger('INFO', (line) => lines.push(line)), readiness: new Readiness(), signal: stopping.signal, onAnother }
  const { done } = await keepController(client, IDENTITY, options)
  const later = (halves = 1) => vi.advanceTimersByTimeAsync(halves * HALF_A_MINUTE)
  return { state, done, later, lines, stop: () => stopping.abort(), readiness: options.readiness }
}

describe('seeing to the controller', () => {
  it('S-07 sees to what else a server may have lost when another controller runs, once, and again if that failed', async () => {
    const calls: string[] = []
    let fails = true
    const kept = await keeping(async () => {
      calls.push(kept.state.firstRunId)
      if (fails) throw new Error('no mapping yet')
    })
    await kept.later(2)
    expect(calls).toEqual([])
    kept.state.away = true
    await kept.later()
    kept.state.away = false
    kept.state.firstRunId = 'run-2'
    await kept.later()
    fails = false
    await kept.later(3)
    expect(calls).toEqual(['run-2', 'run-2'])
    expect(kept.lines).toHaveLength(2)
    kept.stop()
    await kept.done
  })

  it('L-01 ends when another cluster’s controller has taken its place', async () => {
    const kept = await keeping(() => Promise.resolve())
    const ended = expect(kept.done).rejects.toThrow(ForeignClusterError)
    kept.state.clusterUid = 'uid-2'
    await kept.later()
    await ended
  })

  it('L-06 is not ready after three minutes without one, and ready again with the first that is seen', async () => {
    const kept = await keeping(() => Promise.resolve())
    expect(kept.readiness.controllerProblem).toBeNull()
    kept.state.away = true
    await kept.later(5)
    expect(kept.readiness.controllerProblem).toBeNull()
    await kept.later()
    expect(kept.readiness.controllerProblem).toContain('not seen in 6 tries')
    kept.state.away = false
    await kept.later()
    expect(kept.readiness.controllerProblem).toBeNull()
    kept.stop()
    await kept.done
  })
})
