import { defineConfig } from 'vitest/config'

/**
 * The tests of the core that mutants are tried against (`npm run test:mutation`): no server, no I/O, none of those that are about
 * millions of entries, and fewer runs of properties, since an instrumented core is tried hundreds of times. For each mutant Stryker
 * picks the tests that reach it by their names: a `testNamePattern` here would undo that, so what is slow has files of its own.
 */
export default defineConfig({
  test: {
    include: ['test/domain/{feed,formats,addresses,names,sets}/**/*.test.ts'],
    exclude: ['test/domain/formats/json-hostile.test.ts', 'test/domain/formats/streaming.test.ts', 'test/domain/names/uts46.test.ts', 'test/domain/sets/large-lists.test.ts'],
    env: { PROPERTY_RUNS: '25', FC_RUNS: '60' },
    setupFiles: ['test/no-shrinking.ts'],
    // The files of a run share a process that ends with it: they are loaded once, not file by file.
    isolate: false,
    // How long is too long is Stryker's to say, by how long the test took without a mutant.
    testTimeout: 300_000,
  },
})
