import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { cacheFolder } from '../../../local/cache/cache-folder.ts'
import { detachedLauncher } from '../../../local/process/launcher.ts'
import { freePorts } from '../../../local/process/free-port.ts'
import { bringUp } from '../../../local/running/bring-up.ts'
import { endProcesses } from '../../../local/running/run-server.ts'
import { SERVER_NAMES } from '../../../local/server.ts'
import { findSource } from '../../../local/sources.ts'
import { openState } from '../../../local/state/state-file.ts'
import { stillRunning } from '../recorded-processes.ts'
import { temporaryFolder } from '../temporary-folder.ts'

it.each(SERVER_NAMES)('%s is started on other ports when one was taken since it was looked at', async (name) => {
  const [taken = 0] = await freePorts(1)
  const thief = createServer().listen(taken, '127.0.0.1')
  onTestFinished(() => void thief.close())
  await once(thief, 'listening')
  const offered = [taken]
  const stateDir = join(temporaryFolder(), 'state')
  const state = openState(stateDir)
  const source = await findSource(name, {})
  if (source.from === 'environment') throw new Error('nothing in the environment was given')

  await bringUp(name, source, undefined, {
    cache: cacheFolder(process.env),
    stateDir,
    launcher: detachedLauncher,
    dynamicConfig: [],
    report: () => undefined,
    signal: new AbortController().signal,
    save: state.set,
    findPorts: async (count) => [...offered.splice(0), ...(await freePorts(count))].slice(0, count),
  })
  onTestFinished(() => endProcesses(state.here(name)?.processes ?? [], 'SIGKILL'))
  const record = state.here(name)
  expect(record?.ports).not.toContain(taken)
  expect(stillRunning(Object.fromEntries(record?.processes.map((process) => [process.name, process]) ?? []))).toHaveLength(name === 'kubernetes' ? 2 : 1)
})
