import { describe, expect, it } from 'vitest'
import type { ParseOptions } from '../../../domain/formats/parse-body.ts'
import { csv, json, parse } from './bodies.ts'

async function refusal(body: string, options: ParseOptions): Promise<string> {
  const parsed = await parse(body, options)
  return parsed.ok ? '' : parsed.message
}

describe('what a refused body is told by', () => {
  it('T-04 quotes names of columns bounded in number and length, and printable', async () => {
    const header = ['a\u001b[31mb', 'n'.repeat(100), ...Array.from({ length: 30 }, (_, at) => `c${String(at)}`)]
    const message = await refusal(`${header.join(',')}\n192.0.2.1\n`, csv({ fieldName: 'ip', header: true }))
    expect(message).not.toContain('\u001b')
    expect(message).not.toContain('n'.repeat(33))
    expect(message).toContain('"c17" and 12 more')
  })

  it('T-04 says of JSON which kinds it found, and no value of it', async () => {
    for (const list of ['canary', { canary: 'canary' }, [{ canary: 1 }], 'canary'.repeat(100)]) {
      const message = await refusal(JSON.stringify({ list }), json('$.list'))
      expect(message).not.toBe('')
      expect(message).not.toContain('canary')
    }
  })
})
