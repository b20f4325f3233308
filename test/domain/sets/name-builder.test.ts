import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBody } from '../../../domain/formats/parse-body.ts'
import { canonicalName } from '../../../domain/names/canonical-name.ts'
import { NameBuilder } from '../../../domain/sets/name-builder.ts'
import { SET_LIMITS } from '../../../domain/sets/limits.ts'
import { patience, runs } from '../../runs.ts'
import { anyEntryBytes } from '../names/entries.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Line ends and comment signs belong to the list, not to an entry. */
function asLine(bytes: Uint8Array): Uint8Array {
  return bytes.filter((byte) => byte !== 0x0a && byte !== 0x23)
}

async function* inChunks(body: Uint8Array, sizes: readonly number[]): AsyncIterable<Uint8Array> {
  for (let at = 0, i = 0; at < body.length; i++) {
    const size = sizes[i % sizes.length] ?? 1
    yield body.slice(at, at + size)
    at += size
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

describe('NameBuilder', () => {
  it('N-03 N-04 N-05 F-01 makes of a list in any chunks what its lines as texts make', { timeout: patience(150) }, async () => {
    const lines = fc.array(anyEntryBytes.map(asLine), { maxLength: 40 })
    await fc.assert(
      fc.asyncProperty(lines, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), async (entries, sizes) => {
        // The first line keeps the body from being refused as empty, or as all invalid.
        const all = [encoder.encode('first.example'), ...entries].map((entry) => decoder.decode(entry))
        const names = all.map(canonicalName).filter((name) => typeof name === 'string')
        const members = [...new Set(names)].sort()
        const body = concat([encoder.encode('first.example\n'), ...entries.map((entry) => Uint8Array.from([...entry, 0x0a]))])
        const result = await parseBody(inChunks(body, sizes), { content: 'DomainNameSet', format: { kind: 'newline' }, allowEmpty: false })
        if (!result.ok) throw new Error(result.message)
        expect(decoder.decode(result.parsed.set.text)).toBe(members.join('\n'))
        const rejected = Object.values(result.parsed.rejections.counts).reduce((sum, count) => sum + count, 0)
        expect(result.parsed.entries - rejected).toBe(names.length)
      }),
      { numRuns: runs(150) },
    )
  })

  it('F-01 N-04 takes whole lines of plain names, LF or CRLF at their end, up to the first that is more or has no end', () => {
    for (const rest of ['evil.example # seen\n', 'evil.example', 'evil.example\r', '\nlater.example\n', 'evil\n']) {
      const builder = new NameBuilder(SET_LIMITS)
      const bytes = encoder.encode(`before\nB.example\r\na.example\n${rest}`)
      expect(builder.addLines(bytes, 7)).toEqual({ end: 28, count: 2 })
      expect(builder.finish()).toEqual({ text: encoder.encode('a.example\nb.example'), members: 2 })
    }
  })

  it('N-04 N-05 takes an entry from within a larger buffer, plain or not, and says what is wrong with one', () => {
    const builder = new NameBuilder(SET_LIMITS)
    const add = (entry: string): unknown => {
      const bytes = encoder.encode(`a.${entry}.b`)
      return builder.addBytes(bytes, 2, bytes.length - 2)
    }
    expect(['Evil.example', 'bücher.example', '.outer.example.', 'evil.example/x', 'evil.example x', 'evil', '1.2.3.4', ''].map(add)).toEqual([
      null, null, null, 'forbidden-character', 'forbidden-character', 'single-label', 'an-address', 'empty',
    ])
    expect(builder.finish()).toEqual({ text: encoder.encode('evil.example\nouter.example\nxn--bcher-kva.example'), members: 3 })
  })

  it('N-03 merges what it sorted before: more entries than one sorting takes, most of them again', () => {
    const builder = new NameBuilder({ members: 1_000, documentBytes: 1_000_000 })
    for (let i = 0; i < 10_000; i++) builder.addText(`name${(i * 7) % 900}.example`)
    const built = builder.finish()
    if (typeof built === 'string') throw new Error(built)
    const members = Array.from({ length: 900 }, (_, i) => `name${i}.example`).sort()
    expect(new TextDecoder().decode(built.text).split('\n')).toEqual(members)
    expect(built.members).toBe(900)
  })
})
