import { startServers } from '../../local/index.ts'
import { SERVER_NAMES } from '../../local/server.ts'

// Starts servers that it owns, says so, and waits to be killed.
const [stateDir = '', ...names] = process.argv.slice(2)
const only = SERVER_NAMES.filter((name) => names.length === 0 || names.includes(name))
await startServers({ stateDir, owned: true, only })
process.stdout.write('ready\n')
setInterval(() => undefined, 60_000)
