import { type Document, isMap, isPair, isScalar, isSeq, type LineCounter, type Node } from 'yaml'

/** Line and column, from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** A field as problems of a feed name it, in its parts: `spec.pull.http.headers[0].name`, `metadata.annotations[a.b/c]`. */
export function pathOf(field: string): readonly (string | number)[] {
  const parts: (string | number)[] = []
  for (const [, name, inBrackets] of field.matchAll(/([^.[\]]+)|\[([^\]]*)\]/g)) {
    if (name !== undefined) parts.push(name)
    else if (inBrackets !== undefined) parts.push(/^\d+$/.test(inBrackets) ? Number(inBrackets) : inBrackets)
  }
  return parts
}

/** Where a field stands in a document, or what is there of the way to it: a field that is missing has the place of its parent. */
export function placeOf(document: Document.Parsed, path: readonly (string | number)[], lines: LineCounter): Place {
  let node: unknown = document.contents
  let offset = startOf(node) ?? document.range[0]
  for (const part of path) {
    const child = childOf(node, part)
    if (child === null) break
    offset = child.offset ?? offset
    node = child.node
  }
  const { line, col } = lines.linePos(offset)
  return { line, column: col }
}

function childOf(node: unknown, part: string | number): { readonly node: unknown; readonly offset: number | null } | null {
  if (isSeq(node) && typeof part === 'number') {
    const item = node.items[part]
    return item === undefined ? null : { node: item, offset: startOf(item) }
  }
  if (!isMap(node)) return null
  const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(part))
  return pair === undefined ? null : { node: pair.value, offset: startOf(pair.key) }
}

function startOf(node: unknown): number | null {
  return (node as Partial<Node> | null)?.range?.[0] ?? null
}
