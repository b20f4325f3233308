// usage: our-ranges.js FILE
// Reads a list of plain addresses to merged ranges by the parts that parsing a feed is made of, without a set: no canonical text, no hash.
import { createReadStream } from 'node:fs'
import { mergePrefixes } from '../../../domain/addresses/ipv4-ranges.ts'
import { readPlainLines } from '../../../domain/addresses/plain-lines.ts'
import { PrefixLists } from '../../../domain/addresses/prefix-lists.ts'
import { timed } from './timed.ts'

const NEWLINE = 0x0a

async function read(file: string): Promise<PrefixLists> {
  const prefixes = new PrefixLists()
  let begun = new Uint8Array(0)
  for await (const chunk of createReadStream(file) as AsyncIterable<Uint8Array>) {
    // The line that the last chunk began is read by itself, so that no chunk is copied.
    const whole = begun.length === 0 ? 0 : chunk.indexOf(NEWLINE) + 1
    if (whole > 0) readAll(new Uint8Array([...begun, ...chunk.subarray(0, whole)]), prefixes)
    const end = readPlainLines(chunk, whole, prefixes)
    begun = chunk.slice(end)
    if (begun.includes(NEWLINE)) throw new Error(NOT_PLAIN)
  }
  if (begun.length > 0) throw new Error(NOT_PLAIN)
  return prefixes
}

function readAll(lines: Uint8Array, prefixes: PrefixLists): void {
  if (readPlainLines(lines, 0, prefixes) !== lines.length) throw new Error(NOT_PLAIN)
}

const NOT_PLAIN = 'the list holds something else than one plain IPv4 address or prefix a line'

const { result, figures } = await timed(async () => {
  const prefixes = await read(process.argv[2] ?? '')
  return { prefixes, merged: mergePrefixes(prefixes) }
})
const { prefixes, merged } = result
const { firsts, lasts } = merged
const addresses = firsts.reduce((sum, first, i) => sum + (lasts[i] ?? 0) - first + 1, 0)
process.stdout.write(JSON.stringify({ facts: { members: prefixes.size, ranges: firsts.length, addresses }, figures }))
