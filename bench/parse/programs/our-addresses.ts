// usage: our-addresses.js FILE count|again|print
// Parses a list of addresses and merges it: counts it, does so three times and tells of the last, or prints the prefixes.
import { atOnce } from '../../../domain/formats/give-way.ts'
import { prefixesOf, rangesOf } from '../../../domain/sets/prefixes.ts'
import { parseList } from './parse-list.ts'
import { timed } from './timed.ts'

const [file = '', task] = process.argv.slice(2)

async function count(): Promise<unknown> {
  const { result, figures } = await timed(async () => {
    const set = await parseList(file, 'IPSet')
    return { members: set.members, ranges: atOnce(rangesOf(set)) }
  })
  const { members, ranges } = result
  const { firsts, lasts } = ranges.ipv4
  const addresses = firsts.reduce((sum, first, i) => sum + (lasts[i] ?? 0) - first + 1, 0)
  return { facts: { members, ranges: ranges.length, addresses }, figures }
}

if (task === 'print') {
  const lines = prefixesOf(await parseList(file, 'IPSet')).map((prefix) => (prefix.endsWith('/32') ? prefix.slice(0, -3) : prefix))
  process.stdout.write(`${lines.join('\n')}\n`)
} else {
  if (task === 'again') for (let times = 0; times < 2; times++) await count()
  process.stdout.write(JSON.stringify(await count()))
}
