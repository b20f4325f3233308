import { BodyRefused } from '../sets/body-refused.ts'
import type { Entries } from '../sets/entries.ts'
import { figure } from '../sets/limits.ts'
import { bitByBit, type GiveWay, keepGoing } from './give-way.ts'
import { JsonBounds } from './json-bounds.ts'
import { readDocument } from './json-document.ts'
import { kindOf, kindsOf } from './json-kind.ts'
import { parseJsonPath, type PathPart } from './json-path.ts'
import { type Selection, selectNodes } from './json-select.ts'
import { takeItems } from './take-items.ts'

/** A json body is held as one document (contract P-07). */
const MAX_BYTES = 64 * 1024 * 1024

/**
 * Reads a body that is one JSON document and takes the strings its path leads to (contract F-07 to F-10).
 * @throws BodyRefused when it is no JSON, or the path does not give a list of strings, with the kinds that were found instead.
 */
export async function readJson(body: AsyncIterable<Uint8Array>, path: string, entries: Entries, giveWay: GiveWay = keepGoing): Promise<void> {
  const parsed = parseJsonPath(path)
  if (!parsed.ok) throw new BodyRefused(`the json path cannot be used: ${parsed.message}`)
  const document = await parseDocument(await readText(body), giveWay)
  const items = listOf(document, parsed.parts, await bitByBit(selectNodes(document, parsed.parts), giveWay))
  await takeItems(items, entries, giveWay)
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder()
  const bounds = new JsonBounds()
  const texts: string[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes > MAX_BYTES) throw new BodyRefused(`the body is larger than ${figure(MAX_BYTES)} bytes, the most for json`)
    bounds.push(chunk)
    texts.push(decoder.decode(chunk, { stream: true }))
  }
  texts.push(decoder.decode())
  return texts.join('')
}

/** Of a body that is no JSON nothing is shown but the place. */
async function parseDocument(text: string, giveWay: GiveWay): Promise<unknown> {
  const read = await bitByBit(readDocument(text), giveWay)
  if (!read.ok) throw new BodyRefused(`the body is not a JSON document: ${placeOf(read.fault, text)}`)
  return read.value
}

function placeOf(fault: number, text: string): string {
  let lines = 1
  let start = 0
  for (let newline = text.indexOf('\n'); newline >= 0 && newline < fault; newline = text.indexOf('\n', start)) {
    lines++
    start = newline + 1
  }
  const line = `line ${figure(lines)}`
  if (fault === text.length) return `it ends on ${line} before it is complete`
  return `${line}, character ${figure(fault - start + 1)}`
}

/** Contract F-09: one array of strings, or several strings. */
function listOf(document: unknown, parts: readonly PathPart[], { nodes, emptyList }: Selection): readonly unknown[] {
  const [first] = nodes
  if (nodes.length === 0) {
    if (emptyList) return []
    throw new BodyRefused(`the json path matches nothing in the document, which is ${kindOf(document)}`)
  }
  const list = nodes.length === 1 && Array.isArray(first) ? (first as unknown[]) : leadsToOne(parts) ? null : nodes
  if (list === null) throw new BodyRefused(`the json path gives ${kindOf(first)}, where a list of strings is wanted`)
  if (list.length > 0 && !list.some((item) => typeof item === 'string')) {
    throw new BodyRefused(`the json path gives a list of ${kindsOf(list)}, where a list of strings is wanted`)
  }
  return list
}

/** A path of names and indices alone: what it gives is one value, and one string of it is no list. */
function leadsToOne(parts: readonly PathPart[]): boolean {
  return parts.every(({ descend, selectors: [selector, ...more] }) => {
    return !descend && more.length === 0 && (selector?.kind === 'name' || selector?.kind === 'index')
  })
}
