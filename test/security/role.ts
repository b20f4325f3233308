import { readFileSync } from 'node:fs'
import type { Client, estypes } from '@elastic/elasticsearch'

/** A role as Elasticsearch takes it. */
export interface Role {
  readonly cluster: readonly estypes.SecurityClusterPrivilege[]
  readonly indices: readonly { readonly names: readonly string[]; readonly privileges: readonly estypes.SecurityIndexPrivilege[] }[]
}

/** One privilege of a role, and the indices it is on; none for the cluster's. */
export interface Privilege {
  readonly privilege: string
  readonly names: readonly string[]
}

/** The role that an administrator is told to install, for a cluster of this name. */
export function installedRole(cluster: string): Role {
  const text = readFileSync('deploy/elasticsearch/role.json', 'utf8').replaceAll(/\.cluster\b/g, `.${cluster}`)
  return JSON.parse(text) as Role
}

export function privilegesOf({ cluster, indices }: Role): readonly Privilege[] {
  return [
    ...cluster.map((privilege) => ({ privilege, names: [] })),
    ...indices.flatMap(({ names, privileges }) => names.flatMap((name) => privileges.map((privilege) => ({ privilege, names: [name] })))),
  ]
}

/** The role without one privilege on one index. */
export function without({ cluster, indices }: Role, { privilege, names: [taken] }: Privilege): Role {
  if (taken === undefined) return { cluster: cluster.filter((other) => other !== privilege), indices }
  return {
    cluster,
    indices: indices.flatMap(({ names, privileges }) => [
      { names: names.filter((name) => name !== taken), privileges },
      { names: names.filter((name) => name === taken), privileges: privileges.filter((other) => other !== privilege) },
    ]).filter(({ names, privileges }) => names.length > 0 && privileges.length > 0),
  }
}

/** A key that may do what the role says, as ELASTICSEARCH_API_KEY takes it. */
export async function apiKey(admin: Client, role: Role): Promise<string> {
  const indices = role.indices.map(({ names, privileges }) => ({ names: [...names], privileges: [...privileges] }))
  const { encoded } = await admin.security.createApiKey({ name: 'threatfeed', role_descriptors: { threatfeed: { cluster: [...role.cluster], indices } } })
  return encoded
}
