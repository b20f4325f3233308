import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { makeSet } from '../../../domain/sets/make-set.ts'

describe('makeSet', () => {
  it('N-03 names a text by its SHA-256 in lower-case hexadecimal digits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (text) => {
        const sha256 = createHash('sha256').update(text).digest('hex')
        expect(await makeSet('DomainNameSet', text, 3)).toEqual({ content: 'DomainNameSet', text, members: 3, sha256 })
      }),
    )
  })
})
