import { defineConfig } from 'vitest/config'

/** Servers are shared by a run, so what needs them runs one file after the other; the rest runs side by side. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.integration.test.ts', 'test/**/*.workflow.test.ts', 'test/feeds/**', 'test/security/**'],
          pool: 'forks',
        },
      },
      {
        test: {
          name: 'workflow',
          include: ['test/**/*.workflow.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          globalSetup: ['test/workflow-bundle.ts'],
          // A test may be lived again (test/workflows/on-day.ts).
          testTimeout: 240_000,
          hookTimeout: 20 * 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/**/*.integration.test.ts'],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 45 * 60_000,
          globalSetup: ['test/servers.ts', 'test/workflow-bundle.ts'],
        },
      },
    ],
  },
})
