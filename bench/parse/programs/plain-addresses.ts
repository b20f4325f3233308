// usage: plain-addresses.js FILE
// The usual way in JavaScript: a string for each line, ipaddr.js for each string, then sort and merge.
import { readFileSync } from 'node:fs'
import ipaddr from 'ipaddr.js'
import { timed } from './timed.ts'

interface Block {
  readonly first: number
  last: number
}

function parse(line: string): Block {
  const [address, length] = line.includes('/') ? ipaddr.IPv4.parseCIDR(line) : ([ipaddr.IPv4.parse(line), 32] as const)
  const value = address.toByteArray().reduce((number, octet) => number * 256 + octet, 0)
  const size = 2 ** (32 - length)
  const first = value - (value % size)
  return { first, last: first + size - 1 }
}

function merge(blocks: Block[]): { readonly members: number; readonly merged: readonly Block[] } {
  blocks.sort((a, b) => a.first - b.first || a.last - b.last)
  const merged: Block[] = []
  let members = 0
  let previous: Block | undefined
  for (const block of blocks) {
    if (previous === undefined || block.first !== previous.first || block.last !== previous.last) members++
    previous = block
    const open = merged.at(-1)
    if (open !== undefined && block.first <= open.last + 1) open.last = Math.max(open.last, block.last)
    else merged.push({ ...block })
  }
  return { members, merged }
}

const { result, figures } = await timed(() => {
  const lines = readFileSync(process.argv[2] ?? '', 'utf8').split('\n')
  return merge(lines.filter((line) => line !== '').map(parse))
})
const { members, merged } = result
const addresses = merged.reduce((sum, { first, last }) => sum + last - first + 1, 0)
process.stdout.write(JSON.stringify({ facts: { members, ranges: merged.length, addresses }, figures }))
