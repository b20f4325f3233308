import fc from 'fast-check'
import { ENTRIES, TOKENS } from './corpus.ts'

/** A random edit of a text, in the order it was drawn; places are parts of a thousand, so that an edit holds for texts of any length. */
interface Edit {
  readonly kind: 'insert' | 'delete' | 'double' | 'replace'
  readonly at: number
  readonly length: number
  readonly text: string
}

const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TOKENS) },
  { weight: 3, arbitrary: fc.constantFrom(...ENTRIES) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) },
)
const edit: fc.Arbitrary<Edit> = fc.record({
  kind: fc.constantFrom('insert', 'insert', 'delete', 'double', 'replace'),
  at: fc.nat({ max: 1000 }),
  length: fc.nat({ max: 12 }),
  text: piece,
})

function apply(text: string, { kind, at, length, text: added }: Edit): string {
  const start = Math.round((text.length * at) / 1000)
  const before = text.slice(0, start)
  const part = text.slice(start, start + length)
  const after = text.slice(start + length)
  switch (kind) {
    case 'insert':
      return before + added + part + after
    case 'delete':
      return before + after
    case 'double':
      return before + part + part + after
    case 'replace':
      return before + added + after
  }
}

/** A text of the corpus after a few edits; shrinks to fewer edits. */
export function mutated(corpus: readonly string[], maxEdits = 8): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...corpus), fc.array(edit, { maxLength: maxEdits })).map(([text, edits]) => edits.reduce(apply, text))
}

/** Bytes of such a text, some of them changed, so that they need be no UTF-8. */
export function mutatedBytes(corpus: readonly string[]): fc.Arbitrary<Uint8Array> {
  const changes = fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 255 })), { maxLength: 3 }))
  return fc.tuple(mutated(corpus), changes).map(([text, bytes]) => {
    const body = new TextEncoder().encode(text)
    for (const [at, byte] of bytes) if (body.length > 0) body[Math.min(body.length - 1, Math.round((body.length * at) / 1000))] = byte
    return body
  })
}

/** An object of the corpus with some of what is in it replaced, removed or moved. */
export function mutatedObject(corpus: readonly unknown[]): fc.Arbitrary<unknown> {
  const anything = fc.oneof(fc.anything({ maxDepth: 2 }), mutated(ENTRIES, 2), fc.constantFrom(...corpus))
  return fc.tuple(fc.constantFrom(...corpus), fc.array(fc.tuple(fc.nat(), anything), { maxLength: 4 })).map(([object, changes]) => {
    const copy: unknown = structuredClone(object)
    for (const [which, value] of changes) {
      const places = placesIn(copy)
      const place = places[which % places.length]
      if (place !== undefined) place.holder[place.key] = structuredClone(value)
    }
    return copy
  })
}

interface Place {
  readonly holder: Record<string, unknown>
  readonly key: string
}

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null || value instanceof Date || ArrayBuffer.isView(value)) return []
  const holder = value as Record<string, unknown>
  return Object.keys(holder).flatMap((key) => [{ holder, key }, ...placesIn(holder[key])])
}

/** Where a body is cut into chunks: lengths, used again and again. */
export const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 })
