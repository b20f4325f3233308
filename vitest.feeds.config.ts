import { defineConfig } from 'vitest/config'

/** Real feeds from outside the project (FEEDS_DIR): `npm run test:feeds`, and never part of `npm test`. */
export default defineConfig({
  test: {
    name: 'feeds',
    include: ['test/feeds/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
  },
})
