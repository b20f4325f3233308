import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Content } from '../../domain/feed/content.ts'
import { seeded, shuffle } from '../measure/random.ts'
import { generateAddresses, generateNames, type Generated } from './generate.ts'

/** A newline list without comments or blank lines, which not every contestant knows. */
export interface Input {
  readonly title: string
  readonly content: Content
  readonly file: string
  readonly entries: number
  readonly bytes: number
}

/** A list, and a JSON array of values to look up: half of them members, in random order. */
export interface HeldInput {
  readonly list: Input
  readonly lookups: string
}

export interface Sizes {
  readonly addresses: number
  readonly names: number
}

const LOOKUPS = 200_000
const PUBLISHED = [
  ['IPSet', 'ipsum-level1.txt'],
  ['IPSet', 'x4b-vpn-ipv4.txt'],
  ['DomainNameSet', 'stevenblack-domains.txt'],
] as const

/** Writes the generated lists into a folder. The same sizes give the same bytes on every machine. */
export function generatedInputs(folder: string, sizes: Sizes): readonly HeldInput[] {
  return [
    write(folder, 'IPSet', 'generated addresses', generateAddresses(sizes.addresses, seeded(1))),
    write(folder, 'DomainNameSet', 'generated names', generateNames(sizes.names, seeded(2))),
  ]
}

/** Copies the published lists of a folder, without their comments, into another; those that are there. */
export function publishedInputs(folder: string, from: string): readonly Input[] {
  return PUBLISHED.filter(([, name]) => existsSync(join(from, name))).map(([content, name]) => {
    const lines = readFileSync(join(from, name), 'utf8').split('\n')
    const entries = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
    return writeList(join(folder, name), content, name, entries)
  })
}

function write(folder: string, content: Content, title: string, { members, others }: Generated): HeldInput {
  const list = writeList(join(folder, `${content}.txt`), content, title, members)
  const lookups = join(folder, `${content}.lookups.json`)
  const half = Math.min(LOOKUPS / 2, members.length)
  writeFileSync(lookups, JSON.stringify(shuffle([...members.slice(0, half), ...others.slice(0, half)], seeded(3))))
  return { list, lookups }
}

function writeList(file: string, content: Content, title: string, entries: readonly string[]): Input {
  writeFileSync(file, `${entries.join('\n')}\n`)
  return { title, content, file, entries: entries.length, bytes: statSync(file).size }
}
