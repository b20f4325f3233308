import type { ErrorCondition } from './state.ts'

/** Replaces or removes the condition of one type; the order of the others stays. */
export function withCondition(
  conditions: readonly ErrorCondition[],
  type: ErrorCondition['type'],
  message: string | null,
): readonly ErrorCondition[] {
  const at = conditions.findIndex((condition) => condition.type === type)
  if (message === null) return at < 0 ? conditions : conditions.filter((condition) => condition.type !== type)
  if (at < 0) return [...conditions, { type, message }]
  return conditions.map((condition, index) => (index === at ? { type, message } : condition))
}
