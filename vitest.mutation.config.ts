import { defineConfig } from 'vitest/config'

/**
 * The tests of the core that mutants are tried against (`npm run test:mutation`): no server, no I/O, and none of those that are about
 * millions of entries, which an instrumented core makes too slow to be run hundreds of times.
 */
export default defineConfig({
  test: {
    include: ['test/domain/{feed,formats,addresses,names,sets}/**/*.test.ts'],
    exclude: ['test/domain/formats/json-hostile.test.ts', 'test/domain/formats/streaming.test.ts', 'test/domain/names/uts46.test.ts'],
    testNamePattern: /^(?!.*(2,000,000|more bytes than are kept|more places than any set))/,
    pool: 'forks',
  },
})
