import type { Content } from '../feed/content.ts'
import { isMember } from './judge.ts'

/** Strings that lie at places of one kind. */
interface Group {
  readonly parts: readonly string[]
  readonly arrays: number
  /** Judged so far, and how many of them are members. */
  judged: number
  members: number
  strings: number
}

/** Nodes that are walked: about what a list of a million objects has. */
const MOST_NODES = 4_000_000
/** Values of a group that are judged. */
const JUDGED = 500
/** Groups that are kept, and how deep they may lie: a guess of more is no help. */
const MOST_GROUPS = 2_000
const DEEPEST = 12
/** An object of more fields than this, all of them objects or lists, is a list by another name. */
const MOST_FIELDS = 20
/** Paths that are told. */
const TOLD = 3

/**
 * Paths (contract F-08) to strings of a document that are members of the content, the most first; each is to be tried before it is told.
 */
export function guessPaths(document: unknown, content: Content): readonly string[] {
  const groups = new Map<string, Group>()
  const budget = { nodes: MOST_NODES }
  collect(document, { parts: [], arrays: 0 }, groups, content, budget)
  const expected = ({ strings, members, judged }: Group): number => (strings * members) / judged
  return [...groups.values()]
    .filter(({ members, judged }) => members * 2 > judged)
    .sort((a, b) => expected(b) - expected(a) || a.parts.length - b.parts.length)
    .slice(0, TOLD)
    .map(pathOf)
}

function collect(node: unknown, at: Pick<Group, 'parts' | 'arrays'>, groups: Map<string, Group>, content: Content, budget: { nodes: number }): void {
  if (--budget.nodes < 0 || at.parts.length > DEEPEST) return
  if (typeof node === 'string') return note(node, at, groups, content)
  if (typeof node !== 'object' || node === null) return
  const list = Array.isArray(node) || isListByAnotherName(node)
  for (const [name, child] of Array.isArray(node) ? node.entries() : Object.entries(node)) {
    const next = list ? { parts: [...at.parts, '[*]'], arrays: at.arrays + 1 } : { parts: [...at.parts, step(String(name))], arrays: at.arrays }
    collect(child, next, groups, content, budget)
  }
}

function note(value: string, at: Pick<Group, 'parts' | 'arrays'>, groups: Map<string, Group>, content: Content): void {
  const key = at.parts.join('')
  const group = groups.get(key) ?? { ...at, judged: 0, members: 0, strings: 0 }
  if (group.strings === 0) {
    if (groups.size >= MOST_GROUPS) return
    groups.set(key, group)
  }
  group.strings++
  if (group.judged >= JUDGED) return
  group.judged++
  if (isMember(value, content)) group.members++
}

function isListByAnotherName(node: object): boolean {
  const children = Object.values(node)
  return children.length > MOST_FIELDS && children.every((child) => typeof child === 'object' && child !== null)
}

/** One list of strings is named itself; strings in several places by a wildcard. */
function pathOf({ parts, arrays }: Group): string {
  const shown = arrays === 1 && parts.at(-1) === '[*]' ? parts.slice(0, -1) : parts
  return `$${shown.join('')}`
}

function step(name: string): string {
  return /^[\p{L}\p{M}\p{N}_$-]+$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`
}
