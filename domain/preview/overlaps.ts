import { parsePrefix, prefixText, type Prefix } from '../addresses/prefix.ts'
import { type Range, rangeOf } from '../addresses/range.ts'
import { KNOWN_RANGES, type KnownRange } from './known-ranges.ts'

/** Members of a set that lie in, or cover part of, known ranges of one name. */
export interface Overlap {
  /** Why nobody means to block it. */
  readonly kind: 'private' | 'special' | 'well-known'
  /** What people call it. */
  readonly name: string
  /** How many members lie in it or cover part of it. */
  readonly members: number
  /** The first few of them: IPv4 before IPv6, and of IPv4 the widest first. */
  readonly examples: readonly string[]
}

const EXAMPLES = 3
const OCTET = 2 ** 24

interface Known<Address> {
  readonly first: Address
  readonly last: Address
  readonly range: KnownRange
}

const known4: Known<number>[] = []
const known6: Known<bigint>[] = []
for (const range of KNOWN_RANGES) {
  const { family, first, last } = knownRange(range)
  if (family === 4) known4.push({ first, last, range })
  else known6.push({ first, last, range })
}

/** By the first octet of IPv4, since almost every member lies within one and almost every octet has none. */
const byOctet = Array.from({ length: 256 }, (_, octet) => known4.filter(({ first, last }) => first < (octet + 1) * OCTET && last >= octet * OCTET))

function knownRange({ prefix }: KnownRange): Range {
  const parsed = parsePrefix(prefix)
  if (typeof parsed === 'string') throw new TypeError(`${prefix} is not a prefix`)
  return rangeOf(parsed)
}

/** Counts members by the known ranges that they touch. */
export class Overlaps {
  readonly #found = new Map<string, { kind: KnownRange['kind']; name: string; members: number; examples: string[] }>()

  /** Almost every member is in no known range, and nothing is made of it. */
  addIPv4(address: number, length: number): void {
    if (length < 8 || byOctet[address >>> 24]?.length !== 0) this.add({ family: 4, address, length })
  }

  add(prefix: Prefix): void {
    const member = rangeOf(prefix)
    if (member.family === 4) this.#look(prefix.length < 8 ? known4 : (byOctet[member.first >>> 24] ?? []), member.first, member.last, prefix)
    else this.#look(known6, member.first, member.last, prefix)
  }

  /** Most members first. */
  list(): readonly Overlap[] {
    return [...this.#found.values()].sort((a, b) => b.members - a.members || (a.name < b.name ? -1 : 1))
  }

  #look<Address extends number | bigint>(known: readonly Known<Address>[], first: Address, last: Address, prefix: Prefix): void {
    let counted: string | null = null
    for (const { first: from, last: to, range } of known) {
      // Ranges of one name stand together: a member that touches several of them counts once.
      if (last < from || first > to || range.name === counted) continue
      counted = range.name
      this.#count(range, prefix)
    }
  }

  #count({ kind, name }: KnownRange, prefix: Prefix): void {
    const found = this.#found.get(name) ?? { kind, name, members: 0, examples: [] }
    this.#found.set(name, found)
    found.members++
    if (found.examples.length < EXAMPLES) found.examples.push(prefixText(prefix))
  }
}
