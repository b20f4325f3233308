import type { Content } from '../../domain/feed/content.ts'
import type { CsvFormat, Format } from '../../domain/feed/feed.ts'
import { parseBody } from '../../domain/formats/parse-body.ts'

// Parses a made body of so many MB in a process of its own, and says what memory it took at most: node parse-process.ts KIND MB

const MB = 1_000_000
/** Distinct entries: they come again and again, so that the set is small and the body is not. */
const DISTINCT = 100_000
const IPV6_DISTINCT = 1_000_000
const CSV: CsvFormat = { kind: 'csv', fieldNum: 1, header: false, columnDelimiter: ',', disableRecordSizeValidation: false }

interface Kind {
  readonly content: Content
  readonly format: Format
  readonly line: (n: number) => string
}

function address(n: number): string {
  const host = n % DISTINCT
  return `10.${host >>> 16}.${(host >>> 8) & 255}.${host & 255}`
}

/** A million of them, in an order that looks random, as in lists of hosts. */
function ipv6Address(n: number): string {
  const host = Math.imul(n % IPV6_DISTINCT, 0x9e3779b1) >>> 0
  return `2001:db8:${(host >>> 16).toString(16)}:${(host % 7).toString(16)}:${(host & 0xffff).toString(16)}:feed:beef:${(n % IPV6_DISTINCT).toString(16).slice(-4)}`
}

function name(n: number): string {
  return `host-${n % DISTINCT}.some-longer-label.example`
}

const KINDS: Readonly<Record<string, Kind>> = {
  'newline addresses': { content: 'IPSet', format: { kind: 'newline' }, line: (n) => `${address(n)}\n` },
  'IPv6 addresses': { content: 'IPSet', format: { kind: 'newline' }, line: (n) => `${ipv6Address(n)}\n` },
  'newline names': { content: 'DomainNameSet', format: { kind: 'newline' }, line: (n) => `${name(n)} # seen\n` },
  'plain csv': { content: 'IPSet', format: CSV, line: (n) => `${n},${address(n)},x,2026-01-01T00:00:00Z\n` },
  'plain csv of names': { content: 'DomainNameSet', format: CSV, line: (n) => `${n},${name(n)},x\n` },
  'quoted csv': { content: 'IPSet', format: CSV, line: (n) => `"${n}","${address(n)}","a ""b""\n c"\n` },
  // One line that never ends, after one that is an entry.
  'a newline line': { content: 'IPSet', format: { kind: 'newline' }, line: (n) => (n === 0 ? '1.1.1.1\n' : 'not an address, and no end of it ') },
  'a csv line': { content: 'IPSet', format: CSV, line: (n) => (n === 0 ? '0,1.1.1.1\n' : 'not an address, and no end of it ') },
}

let peak = 0

function held(): number {
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

async function* body(line: (n: number) => string, bytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder()
  let sent = 0
  for (let n = 0; sent < bytes; ) {
    let text = ''
    while (text.length < 16_384) text += line(n++)
    const chunk = encoder.encode(text)
    sent += chunk.length
    peak = Math.max(peak, held())
    yield chunk
  }
}

const [kindName = '', megabytes = ''] = process.argv.slice(2)
const kind = KINDS[kindName]
if (kind === undefined) throw new Error(`no kind ${kindName}`)
const before = held()
const { content, format, line } = kind
const result = await parseBody(body(line, Number(megabytes) * MB), { content, format, allowEmpty: false })
peak = Math.max(peak, held())
if (!result.ok) throw new Error(result.message)
const { set, entries, rejections } = result.parsed
process.stdout.write(JSON.stringify({ beyondMB: (peak - before - set.text.length) / MB, members: set.members, entries, rejected: rejections.counts }))
