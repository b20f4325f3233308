import { defineConfig } from 'vitest/config'

/** An Elasticsearch with security on, which is a download of 950 MB: `npm run test:security`, and never part of `npm test`. */
export default defineConfig({
  test: {
    name: 'security',
    include: ['test/security/**/*.test.ts'],
    pool: 'forks',
    fileParallelism: false,
    // Five walks at a time, each of which makes a dozen indices.
    testTimeout: 300_000,
    hookTimeout: 45 * 60_000,
    globalSetup: ['test/security/server.ts', 'test/servers.ts', 'test/workflow-bundle.ts'],
  },
})
