import { createMatcherCache } from '../../activities/search/matcher-cache.ts'
import type { Content } from '../../domain/feed/content.ts'

// Matches the values of a window against a set of so many members for which there is no memory, in a process of its own, and says what
// that took at most: node streamed-process.ts CONTENT MEMBERS VALUES

const [content = 'IPSet', memberCount = '', valueCount = ''] = process.argv.slice(2) as [Content, string, string]
const MEMBERS = Number(memberCount)
const VALUES = Number(valueCount)
/** One value in so many is a member, from all over the set. */
const HIT_EVERY = 100

/** In the order of a set's text: of the text's characters for names, of the addresses for prefixes. */
function member(n: number): string {
  return content === 'DomainNameSet' ? `host-${String(n).padStart(7, '0')}.listed.example` : `2001:db8:1:${(0x1000 + (n >>> 12)).toString(16)}:1:1:1:${(0x1000 + (n & 4095)).toString(16)}/128`
}

function value(n: number): string {
  if (n % HIT_EVERY === 0) return member(Math.floor((n * MEMBERS) / VALUES)).replace('/128', '')
  return content === 'DomainNameSet' ? `host-${String(n)}.unlisted.example` : `2001:db8:2::${n.toString(16)}`
}

/** The set as the store hands it over, made anew at each read: nobody holds it. */
async function* text(): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder()
  for (let n = 0; n < MEMBERS; ) {
    let piece = ''
    for (const end = Math.min(MEMBERS, n + 1_000); n < end; n += 1) piece += `${n === 0 ? '' : '\n'}${member(n)}`
    yield encoder.encode(piece)
  }
}

let peak = 0
const held = (): number => process.memoryUsage().heapUsed + process.memoryUsage().external

const said: string[] = []
const cache = createMatcherCache({ get: text }, { budgetBytes: 1_000_000, tell: (words) => void said.push(words) })
const before = held()
const watch = setInterval(() => (peak = Math.max(peak, held() - before)), 2)
const signal = new AbortController().signal
const matcher = await cache.matcher(content, { sha256: 'x', members: MEMBERS }, 'exact', signal)
for (let n = 0; n < VALUES; n += 1) matcher.match(value(n))
await matcher.settle(signal)
let hits = 0
for (let n = 0; n < VALUES; n += 1) if (matcher.match(value(n)) !== null) hits += 1
clearInterval(watch)
process.stdout.write(JSON.stringify({ beyondMB: Math.max(peak, held() - before) / 1e6, hits, said: said.length }))
