import { afterEach, describe, expect, it } from 'vitest'
import { follow, type FollowOptions, takeMetadata } from '../../../adapters/kubernetes/follow.ts'
import { type Answer, json, scriptedApiServer } from './scripted-api-server.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function object(name: string, resourceVersion: string) {
  return { metadata: { name, uid: `uid-${name}`, resourceVersion } }
}

function list(items: readonly unknown[] | null, resourceVersion: string, token = '') {
  return { kind: 'PartialObjectMetadataList', metadata: { resourceVersion, continue: token }, items }
}

/** Follows until it has seen a number of things. @returns them, and what failed meanwhile. */
async function followed(answer: Answer, count: number, options: FollowOptions = { backoffMs: 1 }) {
  const { server, close } = await scriptedApiServer(answer)
  closing.push(close)
  const stop = new AbortController()
  const seen: string[] = []
  const failures: string[] = []
  const see = async (what: string): Promise<void> => {
    seen.push(what)
    if (seen.length === count) stop.abort(new Error('seen enough'))
  }
  const source = { title: 'things', path: () => Promise.resolve('/things'), pageSize: 2, metadataOnly: true }
  const follower = {
    take: takeMetadata,
    listed: (objects: readonly { name: string }[]) => see(`listed ${objects.map(({ name }) => name).join(',')}`),
    changed: ({ name }: { name: string }) => see(`changed ${name}`),
    deleted: ({ name }: { name: string }) => see(`deleted ${name}`),
    failed: ({ message }: Error) => void failures.push(message),
  }
  await expect(follow(server, source, follower, stop.signal, options)).rejects.toThrow()
  expect(stop.signal.aborted).toBe(true)
  return { seen, failures }
}

/** Lines of a watch; without `end` it stays open. */
function events(response: Parameters<Answer>[1], lines: readonly unknown[], end = false): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  for (const line of lines) response.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`)
  if (end) response.end()
}

describe('following a list', () => {
  it('L-05 reads all pages before it says what exists, and watches from the list’s version', async () => {
    const asked: string[] = []
    const { seen } = await followed(({ query }, response) => {
      asked.push(query.toString())
      if (query.has('watch')) events(response, [{ type: 'MODIFIED', object: object('a', '11') }, { type: 'DELETED', object: object('b', '12') }])
      else if (query.get('continue') === 'next') json(response, 200, list([object('c', '3')], '10'))
      else json(response, 200, list([object('a', '1'), object('b', '2')], '10', 'next'))
    }, 3)
    expect(seen).toEqual(['listed a,b,c', 'changed a', 'deleted b'])
    expect(asked[2]).toMatch(/^watch=true&allowWatchBookmarks=true&resourceVersion=10&timeoutSeconds=300$/)
  })

  it('L-05 a page that fails leaves no partial list', async () => {
    let tries = 0
    const { seen, failures } = await followed(({ query }, response) => {
      if (query.get('continue') !== 'next') json(response, 200, list([object('a', '1')], '10', 'next'))
      else if (tries++ === 0) json(response, 410, { kind: 'Status', reason: 'Expired' })
      else json(response, 200, list([object('b', '2')], '10'))
    }, 1)
    expect(seen).toEqual(['listed a,b'])
    expect(failures).toEqual(['the Kubernetes API server answered 410 Expired to a list of things'])
  })

  it.each([
    ['a missing kind', 404, '404 page not found'],
    ['a server in trouble', 503, JSON.stringify({ kind: 'Status', reason: 'ServiceUnavailable' })],
    ['something that is no list', 200, '{}'],
    ['an object that has items', 200, JSON.stringify({ kind: 'Thing', metadata: {}, items: [] })],
    ['a list with a status of failure', 500, JSON.stringify({ kind: 'List', metadata: {}, items: [] })],
    ['text', 200, 'hello'],
  ])('L-05 %s is a failure and never an empty list', async (_what, status, body) => {
    let tries = 0
    const { seen, failures } = await followed((_request, response) => {
      if (tries++ < 3) response.writeHead(status).end(body)
      else json(response, 200, list(null, '1'))
    }, 1)
    expect(seen).toEqual(['listed '])
    expect(failures).toHaveLength(3)
  })

  it('L-05 an expired version in a watch leads to a new list', async () => {
    let lists = 0
    const { seen, failures } = await followed(({ query }, response) => {
      if (query.has('watch')) events(response, [{ type: 'ERROR', object: { kind: 'Status', code: 410 } }])
      else json(response, 200, list([object(`list-${++lists}`, '1')], '10'))
    }, 2)
    expect(seen).toEqual(['listed list-1', 'listed list-2'])
    expect(failures[0]).toBe('the Kubernetes API server ended a watch of things (410)')
  })

  it('a watch that the server ends early goes on from the newest bookmark, without a list', async () => {
    const versions: (string | null)[] = []
    const { seen } = await followed(({ query }, response) => {
      if (!query.has('watch')) return json(response, 200, list([], '10'))
      versions.push(query.get('resourceVersion'))
      if (versions.length === 1) events(response, [{ type: 'BOOKMARK', object: { metadata: { resourceVersion: '20' } } }], true)
      else events(response, [{ type: 'ADDED', object: object('a', '21') }])
    }, 2)
    expect(seen).toEqual(['listed ', 'changed a'])
    expect(versions).toEqual(['10', '20'])
  })

  it.each([
    ['breaks off', (response: Parameters<Answer>[1]) => void response.destroy()],
    ['sends no JSON', (response: Parameters<Answer>[1]) => void events(response, ['hello'])],
    ['is refused', (response: Parameters<Answer>[1]) => json(response, 403, { kind: 'Status', reason: 'Forbidden' })],
    ['sends an object without a name', (response: Parameters<Answer>[1]) => events(response, [{ type: 'ADDED', object: { metadata: {} } }])],
  ])('L-05 a watch that %s is started again with a list', async (_what, breaks) => {
    const { seen, failures } = await followed(({ query }, response) => {
      if (query.has('watch')) breaks(response)
      else json(response, 200, list([], '10'))
    }, 3)
    expect(seen).toEqual(['listed ', 'listed ', 'listed '])
    expect(failures.length).toBeGreaterThanOrEqual(2)
    expect(failures.join()).not.toContain('canary')
  })

  it('L-05 a watch that the server ends at once is a failure, and not asked for again without a pause', async () => {
    let watches = 0
    const { seen, failures } = await followed(({ query }, response) => {
      if (query.has('watch')) events(response, [], ++watches < 1_000)
      else json(response, 200, list([], '10'))
    }, 3)
    expect(seen).toEqual(['listed ', 'listed ', 'listed '])
    expect(new Set(failures)).toEqual(new Set(['the Kubernetes API server ended a watch of things at once']))
    expect(watches).toBeLessThan(10)
  })

  it('T-04 asks for metadata alone', async () => {
    const accepted: (string | undefined)[] = []
    await followed(({ message, query }, response) => {
      accepted.push(message.headers.accept)
      if (query.has('watch')) events(response, [{ type: 'ADDED', object: object('a', '1') }])
      else json(response, 200, list([], '10'))
    }, 2)
    expect(accepted).toEqual([
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json',
      'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json',
    ])
  })
})
