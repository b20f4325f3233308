import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseDigests } from '../../local/cache/digest.ts'
import { LEAST, TEMPORAL_WHEELS, VERSIONS } from '../../local/versions.ts'

describe('the pinned versions', () => {
  const goMod = readFileSync('local/kubernetes/modules/go.mod', 'utf8')

  it('are those that go.mod builds', () => {
    expect(goMod).toContain(`k8s.io/kubernetes v${VERSIONS.kubernetes} `)
    expect(goMod).toContain(`go.etcd.io/etcd/server/v3 v${VERSIONS.etcd} `)
    expect(goMod).toContain(`\ngo ${LEAST.go}`)
  })

  it('are the same for every part of Kubernetes', () => {
    const parts = [...goMod.matchAll(/=> (\S+) (\S+)$/gm)]
    expect(parts.length).toBeGreaterThan(30)
    for (const [, , version] of parts) expect(version).toBe(VERSIONS.kubernetes.replace(/^1/, 'v0'))
  })

  it.each([
    ['elasticsearch/jars.sha256', [`elasticsearch-${VERSIONS.elasticsearch}.jar`, `transport-netty4-${VERSIONS.elasticsearch}.jar`]],
    ['temporal/test-server-jars.sha256', [`temporal-test-server-${VERSIONS.temporalTestServer}.jar`]],
  ])('are those whose digests %s records', (file, jars) => {
    const recorded = parseDigests(readFileSync(`local/${file}`, 'utf8'))
    expect([...recorded.keys()]).toEqual(expect.arrayContaining(jars))
  })

  it('have a wheel for each usual platform, with its digest', () => {
    expect(Object.keys(TEMPORAL_WHEELS).sort()).toEqual(['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64'])
    for (const { sha256 } of Object.values(TEMPORAL_WHEELS)) expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  })
})
