import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptySet, makeSet } from '../../../domain/sets/make-set.ts'

describe('makeSet', () => {
  it('N-03 names a text by its SHA-256 in lower-case hexadecimal digits', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array(), async (text) => {
        const sha256 = createHash('sha256').update(text).digest('hex')
        expect(await makeSet('DomainNameSet', text, 3)).toEqual({ content: 'DomainNameSet', text, members: 3, sha256 })
      }),
    )
  })

  it('S-03 makes a set without members', async () => {
    expect(await emptySet('IPSet')).toEqual({
      content: 'IPSet',
      text: new Uint8Array(0),
      members: 0,
      sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    })
  })
})
