import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { serve } from './ill-server.ts'
import { bodyOf, failureOf } from './pull.ts'

const watched: Server[] = []
afterEach(async () => {
  await Promise.all(watched.splice(0).map((server) => new Promise((resolve) => server.close(resolve))))
})

/** Listens on another loopback address at a port that is in use on 127.0.0.1, and counts who connects. */
async function listenBeside(address: string, port: number): Promise<() => number> {
  let connections = 0
  const server = createServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, address, resolve))
  watched.push(server)
  return () => connections
}

describe('P-10 what is connected to', () => {
  it.each([
    ['http://0x7f000001/'],
    ['http://0x7F.0.0.0x1/'],
    ['http://017700000001/'],
    ['http://127.1/'],
    ['http://127.0.0.1.:80/'],
    ['http://%31%32%37.0.0.1/'],
    ['http://127%2e0%2e0%2e1/'],
    ['http://LocalHost/'],
    ['http://%6cocalhost/'],
    ['http://[0:0:0:0:0:0:0:1]/'],
    ['http://[::FFFF:7F00:1]/'],
    ['http://[::127.0.0.1]/'],
    ['http://[64:ff9b::127.0.0.1]/'],
    ['http://[64:ff9b:1::7f00:1]/'],
    ['http://[64:ff9b:1:7f00:0:100::]/'],
    ['http://[2002:7f00:1::]/'],
    ['http://[fe80::1]/'],
    ['http://100.100.100.200/'],
    ['http://224.0.0.1/'],
    ['http://0.0.0.0/'],
  ])('P-10 not %s, whether it is the url or where a redirect leads', async (forbidden) => {
    const sentence = /^[^ ]+: its address is not one to pull from: /
    expect((await failureOf(forbidden, { allowed: '' })).message).toMatch(sentence)
    const server = await serve((_request, response) => response.writeHead(302, { location: forbidden }).end())
    // The first hop is let through by its port's owner alone; of all loopback addresses 127.0.0.9 is the only one allowed.
    const resolve = (name: string) => Promise.resolve(name === 'feeds.test' ? ['127.0.0.9'] : ['127.0.0.1'])
    const beside = await relay('127.0.0.9', server.port)
    const failure = await failureOf(`http://feeds.test:${beside}/`, { resolve, allowed: '127.0.0.9' })
    expect(failure).toMatchObject({ code: 'PullFailed', failureClass: 'wait', fields: { slow: true } })
    expect(failure.message).toMatch(sentence)
    expect(server.seen).toHaveLength(1)
  })

  it.each([['http://[fe80::1%25eth0]/'], ['http://[fe80::1%eth0]/'], ['http://[::1'], ['http://1.2.3.4.5.6:99999/'], ['http://0x7f.0.0.256/']])(
    'P-10 a redirect to %s, which is no url, leads nowhere',
    async (location) => {
      const server = await serve((_request, response) => response.writeHead(302, { location }).end())
      expect((await failureOf(server.url)).message).toBe(`127.0.0.1:${server.port}: answered 302 without a place to go to`)
    },
  )

  it('P-10 never a forbidden one of several addresses, even where it comes first and answers', async () => {
    const server = await serve((_request, response) => response.end('list'))
    const connections = await listenBeside('127.0.0.2', server.port)
    const resolve = () => Promise.resolve(['127.0.0.2', '::ffff:127.0.0.2', '127.0.0.1'])
    expect(await bodyOf(`http://mixed.test:${server.port}/`, { resolve, denied: '127.0.0.2' })).toBe('list')
    expect(connections()).toBe(0)
    // The same, let through, is the one that is tried first: it was not by chance.
    await failureOf(`http://mixed.test:${server.port}/`, { resolve })
    expect(connections()).toBe(1)
  })

  it('P-10 the next of the good addresses where the first refuses, and no other than these', async () => {
    const server = await serve((_request, response) => response.end('list'))
    const forbidden = await listenBeside('127.0.0.2', server.port)
    const resolve = () => Promise.resolve(['127.0.0.3', '127.0.0.2', '127.0.0.1'])
    expect(await bodyOf(`http://mixed.test:${server.port}/`, { resolve, denied: '127.0.0.2' })).toBe('list')
    expect(forbidden()).toBe(0)
  })

  it('P-10 checks anew on each hop: a name that was good for the first is asked for again for the second', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/') response.writeHead(302, { location: '/next' }).end()
      else response.end('list')
    })
    const connections = await listenBeside('127.0.0.2', server.port)
    const answers = [['127.0.0.1'], ['127.0.0.2']]
    const resolve = () => Promise.resolve(answers.shift() ?? [])
    const failure = await failureOf(`http://rebinding.test:${server.port}/`, { resolve, denied: '127.0.0.2' })
    expect(failure.message).toBe(
      `rebinding.test:${server.port}: its address is not one to pull from: in 127.0.0.2, which FEED_DENIED_RANGES names`,
    )
    expect([server.seen.length, connections()]).toEqual([1, 0])
  })
})

/** Passes connections to an address on to a port of 127.0.0.1. @returns its own port. */
async function relay(address: string, port: number): Promise<number> {
  const server = createServer((socket) => {
    const onward = connect(port, '127.0.0.1')
    for (const one of [socket, onward]) one.on('error', () => undefined)
    socket.pipe(onward).pipe(socket)
    socket.on('close', () => onward.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, address, resolve))
  watched.push(server)
  return (server.address() as AddressInfo).port
}
