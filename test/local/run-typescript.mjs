// Runs a TypeScript file in a process of its own: node run-typescript.mjs FILE ARGUMENTS...
import { resolve } from 'node:path'
import { runnerImport } from 'vite'

process.argv.splice(1, 1)
await runnerImport(resolve(process.argv[1]), { configFile: false, logLevel: 'error' })
