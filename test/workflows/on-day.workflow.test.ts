import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { days } from './on-day.ts'
import { openDay } from './time-skipping.ts'
import type { Day } from './time-skipping.ts'

const onDay = days()

/** Has the server lose a task; waits for what never comes. */
async function loseTask({ env, work }: Day): Promise<void> {
  await work({ taskQueue: 'lost', workflowsPath: fileURLToPath(new URL('lost/index.ts', import.meta.url)) })
  const handle = await env.client.workflow.start('cancelsTooLate', { workflowId: 'lost', taskQueue: 'lost' })
  await handle.result()
}

describe('a test on a server that loses a task', () => {
  it('is lived again on another server', async () => {
    const lived: Day[] = []
    await onDay(async (day) => {
      lived.push(day)
      if (lived.length === 1) await loseTask(day)
    })()
    expect(lived).toHaveLength(2)
    expect(lived[1]).not.toBe(lived[0])
  })

  it('fails when that happens every time', async () => {
    let lives = 0
    const body = onDay(async (day) => {
      lives += 1
      await loseTask(day)
    })
    await expect(body()).rejects.toThrow('failed 3 times: a timer fired while the task that cancels it was worked on')
    expect(lives).toBe(3)
  })

  it('fails at once when the fault is its own', async () => {
    let lives = 0
    const body = onDay(async () => {
      lives += 1
      expect(lives).toBe(0)
    })
    await expect(body()).rejects.toThrow('expected 1 to be')
    expect(lives).toBe(1)
  })
})

describe('a test on a server whose clock runs like any other', () => {
  const stillMs = 2000
  let opened = 0
  const open = async (): Promise<Day> => {
    opened += 1
    return await openDay()
  }
  const onImpatientDay = days({ open, stillMs })

  it('is lived again on another server, and on the same when the clock skips', async () => {
    let lives = 0
    await onImpatientDay(async ({ sleep }) => {
      lives += 1
      for (let hour = 0; lives === 2 && hour < 15; hour += 1) {
        await sleep(3_600_000)
        await new Promise((resolve) => setTimeout(resolve, stillMs / 10))
      }
      if (lives === 1) await new Promise((resolve) => setTimeout(resolve, stillMs * 5))
    })()
    expect(lives).toBe(2)
    expect(opened).toBe(2)
  })
})
