/** What a contestant found, by name. */
export type Facts = Readonly<Record<string, string | number>>

export interface Found {
  readonly name: string
  readonly facts: Facts
}

/**
 * What two contestants both tell must be the same, and each must tell something that another one tells too: only those that did the
 * same work can be compared.
 * @returns one sentence for each difference, and for each contestant that nobody confirms.
 */
export function disagreements(found: readonly Found[]): string[] {
  const wrong: string[] = []
  for (const fact of new Set(found.flatMap(({ facts }) => Object.keys(facts)))) {
    const told = found.filter(({ facts }) => facts[fact] !== undefined)
    if (new Set(told.map(({ facts }) => facts[fact])).size < 2) continue
    wrong.push(`they differ in ${fact}: ${told.map(({ name, facts }) => `${name} ${String(facts[fact])}`).join(', ')}`)
  }
  if (found.length < 2) return wrong
  for (const { name, facts } of found) {
    const confirmed = found.some((other) => other.name !== name && Object.keys(facts).some((fact) => other.facts[fact] !== undefined))
    if (!confirmed) wrong.push(`nothing that ${name} tells is told by another`)
  }
  return wrong
}
