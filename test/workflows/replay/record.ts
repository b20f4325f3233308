import { homedir, hostname, tmpdir } from 'node:os'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { startServers } from '../../../local/index.ts'
import { VERSION } from '../../../worker/package-root.ts'
import { SCENES } from './scenes.ts'
import { openStage } from './stage.ts'
import { bytesOf, storeLives } from './stored.ts'
import type { Life } from './stored.ts'

/**
 * `npm run record:histories`: plays every scene on a Temporal dev server of its own and stores the histories under this package's
 * version, in place of those that were there. Those of released versions stay as they are.
 */
async function record(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'threatfeed-histories-'))
  const servers = await startServers({ stateDir: join(folder, 'servers'), owned: true, only: ['temporal'] })
  try {
    const stage = await openStage(servers.temporal.address)
    try {
      const lives = new Map<string, Life>()
      const play = async ([name, scene]: [string, (typeof SCENES)[string]]): Promise<void> => {
        lives.set(name, await stage.lifeOf(await scene(stage)))
        say(`${name}: played`)
      }
      await Promise.all(Object.entries(SCENES).map(play))
      for (const [name, life] of lives) assertAnonymous(name, life)
      storeLives(VERSION, lives)
      say(`${String(lives.size)} lives are stored under ${VERSION}`)
    } finally {
      await stage.close()
    }
  } finally {
    await servers.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

/** Nothing of this machine goes into the repository. */
function assertAnonymous(name: string, life: Life): void {
  const text = life.histories.map((history) => bytesOf(history).toString('latin1')).join('\n')
  const found = [process.cwd(), `@${hostname()}`, homedir(), tmpdir()].filter((trace) => text.includes(trace))
  if (found.length > 0) throw new Error(`the history of ${name} tells of this machine: ${found.join(', ')}`)
}

await record()
// Temporal's connections to a server that is gone are tried for a while.
process.exit()
