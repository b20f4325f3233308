import { ASYMMETRIC_MATCHERS_OBJECT, type ExpectStatic, GLOBAL_EXPECT, JestAsymmetricMatchers, JestChaiExpect, JestExtend, setState } from '@vitest/expect'
import { use, expect as chaiExpect } from 'chai'

/**
 * What `vitest` is to a test that runs where there is no Node: its own `describe`, `it` and `expect`, without the process, the files and the
 * mocks around them. A test that asks for more of it does not bundle.
 */
export { describe, it } from '@vitest/runner'

// In this order: the matchers look for the object that the first one makes.
use(JestExtend)
use(JestChaiExpect)
use(JestAsymmetricMatchers)

const globals = globalThis as unknown as Record<symbol, object>

export const expect = Object.assign(
  (value: unknown, message?: string) => chaiExpect(value, message),
  chaiExpect,
  globals[ASYMMETRIC_MATCHERS_OBJECT],
) as unknown as ExpectStatic

setState({ assertionCalls: 0, isExpectingAssertions: false, isExpectingAssertionsError: null, expectedAssertionsNumber: null, expectedAssertionsNumberErrorGen: null }, expect)
globals[GLOBAL_EXPECT] = expect
