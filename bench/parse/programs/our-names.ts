// usage: our-names.js FILE count|again
// Parses a list of names to its set, or does so three times and tells of the last.
import { parseList } from './parse-list.ts'
import { timed } from './timed.ts'

const [file = '', task] = process.argv.slice(2)

async function count(): Promise<unknown> {
  const { result, figures } = await timed(() => parseList(file, 'DomainNameSet'))
  const { members, text, sha256 } = result
  const decoder = new TextDecoder()
  const facts = {
    members,
    characters: text.length - (members - 1),
    first: decoder.decode(text.subarray(0, text.indexOf(0x0a))),
    last: decoder.decode(text.subarray(text.lastIndexOf(0x0a) + 1)),
    sha256,
  }
  return { facts, figures }
}

if (task === 'again') for (let times = 0; times < 2; times++) await count()
process.stdout.write(JSON.stringify(await count()))
