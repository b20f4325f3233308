// usage: plain-names.js FILE
// The plain way in JavaScript: a string for each line, lower-cased, in a Set, sorted.
import { readFileSync } from 'node:fs'
import { timed } from './timed.ts'

const { result: sorted, figures } = await timed(() => {
  const names = new Set<string>()
  for (const line of readFileSync(process.argv[2] ?? '', 'utf8').split('\n')) if (line !== '') names.add(line.toLowerCase())
  return [...names].sort()
})

const characters = sorted.reduce((sum, name) => sum + name.length, 0)
const facts = { members: sorted.length, characters, first: sorted[0], last: sorted.at(-1) }
process.stdout.write(JSON.stringify({ facts, figures }))
