import { BodyRefused } from '../sets/body-refused.ts'
import { figure } from '../sets/limits.ts'
import type { InStretches } from './give-way.ts'
import type { PathPart, Selector } from './json-path.ts'

/** Four times the largest set: nodes that are no members are counted as rejected, but not without end. */
const MAX_NODES = 8_000_000
/** `$..*..*..*` looks at nodes again and again; `$..name` looks at each place of the largest document twice. */
const MAX_VISITS = 64_000_000
/** Places of a stretch: a few milliseconds of work. */
const VISITS_AT_ONCE = 65_536

export interface Selection {
  readonly nodes: readonly unknown[]
  /** Every array that the last wildcard or slice reached was empty: a list without items, not a path that leads nowhere. */
  readonly emptyList: boolean
}

/**
 * The nodes that a path leads to, in document order. Reads own properties of plain JSON values alone and evaluates no code, because
 * there is none to evaluate. Our own and not jsonpath-plus, against which it is tested: that one turns an array of parts back
 * into a string and parses it again, so that names with quotes, brackets, semicolons or commas are not found or found elsewhere; it
 * takes `[0:0]` for everything, knows no `[-1]`, indexes strings, and needs node:vm.
 * @throws BodyRefused when the path leads to more nodes than the largest set has use for.
 */
export function* selectNodes(root: unknown, parts: readonly PathPart[]): InStretches<Selection> {
  const budget = new Budget()
  let nodes: unknown[] = [root]
  for (const part of parts) {
    const chosen = yield* step(nodes, part, budget)
    if (chosen.length === 0) return { nodes: chosen, emptyList: reachesEmptyLists(nodes, part) }
    nodes = chosen
  }
  return { nodes, emptyList: false }
}

/** What is left of the places that may be looked at. */
class Budget {
  #visits = MAX_VISITS
  #stretch = VISITS_AT_ONCE

  visit(places: number): void {
    this.#visits -= places
    this.#stretch -= places
    if (this.#visits < 0) throw leadsTooFar()
  }

  /** Whether a stretch is over; the next one begins then. */
  isTurn(): boolean {
    if (this.#stretch > 0) return false
    this.#stretch = VISITS_AT_ONCE
    return true
  }
}

function leadsTooFar(): BodyRefused {
  return new BodyRefused(`the json path leads to more than ${figure(MAX_NODES)} places in the document`)
}

function* step(nodes: readonly unknown[], part: PathPart, budget: Budget): InStretches<unknown[]> {
  const chosen: unknown[] = []
  for (const node of nodes) {
    const from = part.descend ? withDescendants(node, budget) : [node]
    for (const at of from) {
      for (const selector of part.selectors) {
        const before = chosen.length
        choose(at, selector, chosen)
        budget.visit(chosen.length - before + 1)
        if (chosen.length > MAX_NODES) throw leadsTooFar()
        if (budget.isTurn()) yield
      }
    }
  }
  return chosen
}

function choose(node: unknown, selector: Selector, into: unknown[]): void {
  switch (selector.kind) {
    case 'name':
      if (isObject(node) && Object.hasOwn(node, selector.name)) into.push(node[selector.name])
      return
    case 'index': {
      if (!Array.isArray(node)) return
      const index = selector.index < 0 ? selector.index + node.length : selector.index
      if (index >= 0 && index < node.length) into.push(node[index])
      return
    }
    case 'slice':
      if (Array.isArray(node)) slice(node, selector, into)
      return
    case 'all':
      for (const child of childrenOf(node)) into.push(child)
  }
}

/** As Python and RFC 9535, 2.3.4.2 have it: negative bounds count from the end, a negative step goes backward. */
function slice(node: readonly unknown[], { start, end, step }: Selector & { kind: 'slice' }, into: unknown[]): void {
  const { length } = node
  const at = (bound: number): number => (bound < 0 ? bound + length : bound)
  if (step > 0) {
    const last = Math.min(at(end ?? length), length)
    for (let i = Math.max(at(start ?? 0), 0); i < last; i += step) into.push(node[i])
  } else {
    const last = end === null ? -1 : Math.max(at(end), -1)
    for (let i = Math.min(at(start ?? length - 1), length - 1); i > last; i += step) into.push(node[i])
  }
}

/** A node and all below it, parents first; without recursion, since a body decides how deep it is. */
function* withDescendants(root: unknown, budget: Budget): Generator<unknown, void, undefined> {
  const waiting = [root]
  while (waiting.length > 0) {
    const node = waiting.pop()
    yield node
    const children = childrenOf(node)
    budget.visit(children.length)
    for (let i = children.length - 1; i >= 0; i--) {
      const child = children[i]
      if (typeof child === 'object' && child !== null) waiting.push(child)
    }
  }
}

function childrenOf(node: unknown): readonly unknown[] {
  if (Array.isArray(node)) return node
  return isObject(node) ? Object.values(node) : []
}

function isObject(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && !Array.isArray(node)
}

function reachesEmptyLists(nodes: readonly unknown[], part: PathPart): boolean {
  if (part.descend || part.selectors.some(({ kind }) => kind !== 'all' && kind !== 'slice')) return false
  return nodes.every((node) => Array.isArray(node) && node.length === 0)
}
