import { defineConfig } from 'vitest/config'

/** The tests of the core that mutants are tried against (`npm run test:mutation`): no server, no I/O. */
export default defineConfig({ test: { include: ['test/domain/{feed,formats,addresses,names,sets}/**/*.test.ts'], pool: 'forks' } })
