import { randomUUID } from 'node:crypto'
import { expect, it } from 'vitest'
import type { SetStore } from '../../../../activities/ports/set-store.ts'
import { setOf, signal } from '../stores.ts'

/** What every SetStore does, the real one and the fake. */
export function setStoreContract(make: () => SetStore): void {
  const one = setOf(['1.2.3.4/32', '10.0.0.0/8', '2001:db8::1/128'])
  const two = setOf(['a.example', 'xn--bcher-kva.example'], 'DomainNameSet')

  it('S-01 holds a set in its one field beside created_at', async () => {
    const sets = make()
    const name = randomUUID()
    expect(await sets.version('IPSet', name, signal())).toBeNull()
    expect(await sets.read('IPSet', name, signal())).toBeNull()
    const version = await sets.write(one, name, null, signal())
    expect(version).not.toBeNull()
    expect(await sets.version('IPSet', name, signal())).toEqual(version)
    expect(await sets.read('IPSet', name, signal())).toEqual({
      version,
      members: ['1.2.3.4/32', '10.0.0.0/8', '2001:db8::1/128'],
      fields: ['ips', 'created_at'],
    })
    await sets.write(two, name, null, signal())
    expect(await sets.read('DomainNameSet', name, signal())).toMatchObject({ members: ['a.example', 'xn--bcher-kva.example'], fields: ['domains', 'created_at'] })
  })

  it('S-01 holds an empty set', async () => {
    const sets = make()
    const name = randomUUID()
    await sets.write(setOf([]), name, null, signal())
    expect(await sets.read('IPSet', name, signal())).toMatchObject({ members: [] })
  })

  it('S-04 writes only over the version expected, and never over one it does not know', async () => {
    const sets = make()
    const name = randomUUID()
    const first = await sets.write(one, name, null, signal())
    expect(await sets.write(setOf([]), name, null, signal())).toBeNull()
    const second = await sets.write(setOf(['9.9.9.9/32']), name, first, signal())
    expect(second).not.toBeNull()
    expect(await sets.write(one, name, first, signal())).toBeNull()
    expect(await sets.read('IPSet', name, signal())).toMatchObject({ version: second, members: ['9.9.9.9/32'] })
  })

  it('S-05 removes only the version expected', async () => {
    const sets = make()
    const name = randomUUID()
    const first = await sets.write(one, name, null, signal())
    const second = await sets.write(setOf([]), name, first, signal())
    if (first === null || second === null) throw new Error('not written')
    expect(await sets.remove('IPSet', name, first, signal())).toBe(false)
    expect(await sets.version('IPSet', name, signal())).toEqual(second)
    expect(await sets.remove('IPSet', name, second, signal())).toBe(true)
    expect(await sets.remove('IPSet', name, second, signal())).toBe(false)
    expect(await sets.version('IPSet', name, signal())).toBeNull()
  })
}
