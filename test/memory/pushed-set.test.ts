import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { collect } from '../local/run-command-line.ts'

const MEMBERS = 2_000_000
let server: Server

/** The document as Elasticsearch answers with it, 40 MB, in pieces. */
function* document(): Generator<string> {
  yield '{"_index":".tigera.ipset.cluster","_id":"large","_version":1,"_seq_no":0,"_primary_term":1,"found":true,"_source":{"ips":['
  for (let n = 0; n < MEMBERS; ) {
    let piece = ''
    for (const end = n + 1_000; n < end; n += 1) piece += `${n === 0 ? '' : ','}"${100 + (n >>> 16)}.${(n >> 8) & 255}.${n & 255}.200/32"`
    yield piece
  }
  yield ']}}'
}

/**
 * Stands for an Elasticsearch that holds such a document, since the one of the tests has too little memory to take it. The real one, with
 * 6 GB of heap, took and gave the same.
 */
beforeAll(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? ''
    response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
    if (path.includes('/_settings')) response.end('{".tigera.ipset.cluster":{"settings":{"index.uuid":"u"}}}')
    else if (path.includes('_source=false')) response.end('{"_index":".tigera.ipset.cluster","_id":"large","_version":1,"_seq_no":0,"_primary_term":1,"found":true}')
    else Readable.from(document()).pipe(response)
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
})
afterAll(() => new Promise((closed) => server.close(closed)))

describe('a pushed document of the largest size', { timeout: 5 * 60_000 }, () => {
  it('S-02 S-03 of 2,000,000 members is read and normalised in a heap of 256 MB, within 250 MB in all', async () => {
    const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`
    const args = ['--max-old-space-size=256', 'test/local/run-typescript.mjs', 'test/memory/pushed-process.ts', url]
    const { code, output, error } = await collect(spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] }))
    expect([code, error]).toEqual([0, ''])
    const { beyondMB, members } = JSON.parse(output) as { beyondMB: number; members: number }
    expect(members).toBe(MEMBERS)
    expect(beyondMB).toBeLessThan(250)
  })
})
