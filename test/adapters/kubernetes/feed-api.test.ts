import { afterEach, describe, expect, it } from 'vitest'
import { KubernetesFeedApi } from '../../../adapters/kubernetes/feed-api.ts'
import { LOST_RACES } from '../../../adapters/kubernetes/limits.ts'
import { type Answer, json, type ScriptedApiServer, scriptedApiServer } from './scripted-api-server.ts'

const NEVER = new AbortController().signal
let scripted: ScriptedApiServer
afterEach(() => scripted.close())

async function feedApi(answer: Answer): Promise<KubernetesFeedApi> {
  scripted = await scriptedApiServer(answer)
  return new KubernetesFeedApi(scripted.server, { pathOf: async () => '/feeds' })
}

const feed = (version: number) => ({ metadata: { name: 'a', uid: 'uid-1', resourceVersion: String(version) }, status: { errorConditions: [{ type: 'PullFailed', message: `version ${String(version)}` }] } })

describe('a status write that loses races', () => {
  /** Loses so many; each write of somebody else moves the version. */
  const racing = (losses: number) => {
    let version = 1
    const written: number[] = []
    const answer: Answer = ({ message }, response) => {
      if (message.method === 'GET') return json(response, 200, feed(version))
      written.push(version)
      if (written.length > losses) return json(response, 200, feed(version))
      version += 1
      json(response, 409, { kind: 'Status', reason: 'Conflict' })
    }
    return { answer, written }
  }

  it('T-06 is made again over what the other wrote, asking anew what is to be written', async () => {
    const { answer, written } = racing(3)
    const shown: (string | undefined)[] = []
    const change = await (await feedApi(answer)).updateStatus('a', 'uid-1', (current) => (shown.push(current.errorConditions[0]?.message), current), NEVER)
    expect(change).not.toBeNull()
    expect(written).toEqual([1, 2, 3, 4])
    expect(shown).toEqual(['version 1', 'version 2', 'version 3', 'version 4'])
  })

  it('T-06 against one who always wins is left to the next try of the step', async () => {
    const { answer, written } = racing(1000)
    const write = (await feedApi(answer)).updateStatus('a', 'uid-1', (current) => current, NEVER)
    await expect(write).rejects.toMatchObject({ code: 'ApiUnavailable', failureClass: 'retry' })
    expect(written).toHaveLength(LOST_RACES)
  })
})
