import { shuffle, type Random } from '../measure/random.ts'

/** Unique values in random order, and as many others of the same kind that are not among them. */
export interface Generated {
  readonly members: readonly string[]
  readonly others: readonly string[]
}

/**
 * IPv4 addresses of 1.0.0.0 to 223.255.255.255. One draw in 32 is the beginning of 2 to 16 neighbours, so that a fifth of all lie side by
 * side and there is something to merge, as in published lists.
 */
export function generateAddresses(count: number, random: Random): Generated {
  const drawn = new Set<number>()
  const lowest = 2 ** 24
  const span = 223 * 2 ** 24
  while (drawn.size < count * 2) {
    const first = lowest + random(span)
    const neighbours = random(32) === 0 ? 2 + random(15) : 1
    for (let i = 0; i < neighbours; i++) drawn.add(Math.min(first + i, lowest + span - 1))
  }
  return halves([...drawn].map(textOf), count, random)
}

function textOf(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

const CHARACTERS = 'abcdefghijklmnopqrstuvwxyzeaionrstl0123456789'
const ENDS = ['com', 'com', 'com', 'net', 'org', 'info', 'ru', 'de', 'cn', 'xyz', 'top', 'online', 'co.uk', 'com.br']
const SUBDOMAINS = ['www', 'cdn', 'mail', 'ads', 'track', 'login', 'api', 'static']

/** Lower-case names of two to four labels, 19 characters on average; no name stands below another but by chance. */
export function generateNames(count: number, random: Random): Generated {
  const drawn = new Set<string>()
  while (drawn.size < count * 2) {
    const domain = `${label(7 + random(13), random)}.${pick(ENDS, random)}`
    drawn.add(random(3) === 0 ? `${pick(SUBDOMAINS, random)}.${domain}` : domain)
  }
  return halves([...drawn], count, random)
}

function label(length: number, random: Random): string {
  let text = ''
  for (let i = 0; i < length; i++) text += CHARACTERS.charAt(random(CHARACTERS.length))
  return text
}

function pick(list: readonly string[], random: Random): string {
  return list[random(list.length)] ?? ''
}

function halves(drawn: string[], count: number, random: Random): Generated {
  shuffle(drawn, random)
  return { members: drawn.slice(0, count), others: drawn.slice(count, count * 2) }
}
