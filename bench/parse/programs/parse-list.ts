import { createReadStream } from 'node:fs'
import type { Content } from '../../../domain/feed/content.ts'
import { parseBody } from '../../../domain/formats/parse-body.ts'
import type { IndicatorSet } from '../../../domain/sets/indicator-set.ts'

/** Reads a newline list as the product reads a feed's body: as it comes, to the set with its canonical text and hash. @throws Error when it is refused. */
export async function parseList(file: string, content: Content): Promise<IndicatorSet> {
  const result = await parseBody(createReadStream(file), { content, format: { kind: 'newline' }, allowEmpty: false })
  if (!result.ok) throw new Error(result.message)
  return result.parsed.set
}
