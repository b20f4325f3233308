import { randomBytes } from 'node:crypto'
import { Client } from '@elastic/elasticsearch'
import { afterAll, beforeAll, describe, inject, it } from 'vitest'
import { installLogTemplates } from '../../local/quickstart/log-templates.ts'
import { apiKey, installedRole, privilegesOf, without } from './role.ts'
import type { Role } from './role.ts'
import { walk } from './walk.ts'

const url = inject('secured')
const origin = new URL(url).origin
let admin: Client

beforeAll(() => {
  admin = new Client({ node: url })
})
afterAll(() => admin.close())

const newCluster = (): string => `walk-${randomBytes(4).toString('hex')}`

/** Walks a cluster of its own, which has a log of each kind, with a key that may do what the role says. */
async function walked(change: (role: Role) => Role): Promise<readonly string[]> {
  const cluster = newCluster()
  await installLogTemplates(admin, cluster, {}, AbortSignal.timeout(60_000))
  for (const kind of ['flows', 'dns']) await admin.index({ index: `tigera_secure_ee_${kind}.${cluster}.a`, document: { host: 'node-1' } })
  return walk({ url: origin, apiKey: await apiKey(admin, change(installedRole(cluster))), cluster })
}

/** Writes events where someone else has made their index. */
async function eventsWritten(made: 'index' | 'alias', change: (role: Role) => Role): Promise<readonly string[]> {
  const cluster = newCluster()
  const events = `tigera_secure_ee_events.${cluster}`
  await (made === 'index' ? admin.indices.create({ index: events }) : admin.indices.create({ index: `${events}.20260101-000001`, aliases: { [events]: { is_write_index: true } } }))
  return walk({ url: origin, apiKey: await apiKey(admin, change(installedRole(cluster))), cluster, only: 'events' })
}

/** A privilege is named by its place in the file, since each walk's indices have names of their own. */
const PRIVILEGES = privilegesOf(installedRole('cluster')).map(({ privilege, names: [index] }, at) => ({ privilege, index: index ?? 'the cluster', at }))
type At = (typeof PRIVILEGES)[number]

function take({ at }: At): (role: Role) => Role {
  return (role) => {
    const taken = privilegesOf(role)[at]
    return taken === undefined ? role : without(role, taken)
  }
}

/** What the product's index of events needs not. */
const withoutManage = (role: Role): Role => ({ ...role, indices: role.indices.filter(({ privileges }) => !privileges.includes('manage')) })
const ofEvents = ({ index, privilege }: At): boolean => index.startsWith('tigera_secure_ee_events') && privilege !== 'manage'
const naming = (privilege: string): RegExp => new RegExp(`privileges \\[(.*,)?${privilege}(,.*)?\\]`)

describe.concurrent('the role of deploy/elasticsearch/role.json', () => {
  it('S-06 is enough for all that a worker asks of Elasticsearch', async ({ expect }) => {
    expect(await walked((role) => role)).toEqual([])
  })

  it.for(PRIVILEGES.filter((privilege) => !ofEvents(privilege)))('S-06 needs $privilege on $index, and an error names it where it is missing', async (missing, { expect }) => {
    expect((await walked(take(missing))).join('\n')).toMatch(naming(missing.privilege))
  })

  it.for(['index', 'alias'] as const)('S-06 E-01 needs no right to make indices of events where there is an %s of that name', async (made, { expect }) => {
    expect(await eventsWritten(made, withoutManage)).toEqual([])
  })

  it.for(PRIVILEGES.filter(ofEvents))('S-06 E-01 needs $privilege on $index, and an error names it where it is missing', async (missing, { expect }) => {
    const made = missing.index.endsWith('.*') ? 'alias' : 'index'
    expect((await eventsWritten(made, (role) => withoutManage(take(missing)(role)))).join('\n')).toMatch(naming(missing.privilege))
  })
})
