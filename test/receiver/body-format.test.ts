import { describe, expect, it } from 'vitest'
import { bodyFormat } from '../../receiver/body-format.ts'
import { Problem } from '../../receiver/problem.ts'

const read = (type: string | null, query = '') => bodyFormat(new Request(`http://receiver.example/feeds/x/set${query}`, { method: 'POST', headers: type === null ? {} : { 'content-type': type } }))

function refusal(type: string | null, query = ''): Problem {
  try {
    read(type, query)
  } catch (error) {
    if (error instanceof Problem) return error
  }
  throw new Error('it was taken')
}

const CSV = { kind: 'csv', header: false, columnDelimiter: ',', disableRecordSizeValidation: false }

describe('how a body is to be read', () => {
  it.each([
    ['text/plain', '', { kind: 'newline' }],
    ['Text/Plain; charset="UTF-8"', '', { kind: 'newline' }],
    ['application/json', '?path=%24.ips', { kind: 'json', path: '$.ips' }],
    ['text/csv', '?fieldNum=2', { ...CSV, fieldNum: 2 }],
    ['text/csv', '?fieldNum=0&header=true&recordSize=3', { ...CSV, fieldNum: 0, header: true, recordSize: 3 }],
    // A column that has a name has it of the first record.
    ['text/csv', '?fieldName=ip', { ...CSV, fieldName: 'ip', header: true }],
    ['text/csv; header=present', '?fieldName=ip&columnDelimiter=%09&commentDelimiter=%23', { ...CSV, fieldName: 'ip', header: true, columnDelimiter: '\t', commentDelimiter: '#' }],
  ])('V-08 V-10 V-12 is said by %s and %j', (type, query, format) => {
    expect(read(type, query)).toEqual({ format, allowEmpty: false })
  })

  it('P-11 takes allowEmpty with every type', () => {
    expect(read('text/plain', '?allowEmpty=true').allowEmpty).toBe(true)
    expect(read('application/json', '?path=%24&allowEmpty=false').allowEmpty).toBe(false)
  })

  it.each([
    [null, 'there is no header Content-Type'],
    ['multipart/form-data; boundary=x', '"multipart/form-data"'],
    ['text/plain; charset=utf-16', '"utf-16"'],
  ])('refuses the type %s', (type, found) => {
    expect(refusal(type)).toMatchObject({ code: 'unsupported-type', message: expect.stringContaining(found) })
  })

  it('V-09 V-11 names every fault of the query at once, with its place', () => {
    expect(refusal('text/csv', '?fieldNum=x&header=yes&recordSize=0&columns=2&constructor=1').options.faults).toEqual([
      { place: 'query "columns"', detail: expect.stringContaining('is not known here; fieldName, fieldNum') },
      { place: 'query "constructor"', detail: expect.stringContaining('is not known here') },
      { place: 'query header', detail: 'must be true or false, found "yes"' },
      { place: 'query fieldNum', detail: 'must be a whole number of at least 0, found "x"' },
      { place: 'query recordSize', detail: 'must be a whole number of at least 1, found 0' },
    ])
    expect(refusal('text/csv', '?fieldName=ip&header=false').message).toContain('query header must be true with fieldName')
    expect(refusal('application/json').message).toContain('query path is required')
    expect(refusal('text/plain', '?allowEmpty=1').message).toContain('query allowEmpty must be true or false')
  })
})
