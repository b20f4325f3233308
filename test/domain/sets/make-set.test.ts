import { describe, expect, it } from 'vitest'
import { emptySet, makeSet } from '../../../domain/sets/make-set.ts'

describe('makeSet', () => {
  it('N-03 names a text by its SHA-256, as FIPS 180-2 gives it for "abc"', async () => {
    const { sha256 } = await makeSet('DomainNameSet', new TextEncoder().encode('abc'), 1)
    expect(sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
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
