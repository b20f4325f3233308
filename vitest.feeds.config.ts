import { defineConfig } from 'vitest/config'

/** Real feeds from outside the project (FEEDS_DIR), on real servers: `npm run test:feeds`, and never part of `npm test`. */
export default defineConfig({
  test: {
    name: 'feeds',
    include: ['test/feeds/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 10 * 60_000,
    hookTimeout: 45 * 60_000,
    globalSetup: ['test/servers.ts', 'test/workflow-bundle.ts'],
  },
})
