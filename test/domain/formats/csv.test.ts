import { parse as csvParse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseBody } from '../../../domain/formats/parse-body.ts'
import { csv, LOOKED_AT, members, parse, parsed, refusal } from './bodies.ts'

describe('csv', () => {
  it('F-02 reads quoted values with delimiters, quotes and line ends in them', async () => {
    const body = '"1.1.1.1","a, ""b""\r\nc"\r\n2.2.2.2,d\r\n"3.3.3.3" , "e"'
    expect(await members(body, csv({}))).toEqual(['1.1.1.1/32', '2.2.2.2/32', '3.3.3.3/32'])
  })

  it('F-02 takes any one character as the delimiter', async () => {
    for (const columnDelimiter of ['\t', ';', '|', ' ', '·', '😀']) {
      const body = `x${columnDelimiter}1.1.1.1\n"y${columnDelimiter}"${columnDelimiter}2.2.2.2\n`
      expect(await members(body, csv({ columnDelimiter, fieldNum: 1 }))).toEqual(['1.1.1.1/32', '2.2.2.2/32'])
    }
  })

  it('F-02 takes a comment only at the beginning of a line, and none unless asked', async () => {
    const body = '# a "comment\n1.1.1.1,x # y\n#2.2.2.2,z\n3.3.3.3,"#\n#"\n'
    expect(await members(body, csv({ commentDelimiter: '#' }))).toEqual(['1.1.1.1/32', '3.3.3.3/32'])
    const { rejections } = await parsed('1.1.1.1,x\n#2.2.2.2,z\nundefined,y\n', csv({}))
    expect(rejections.samples).toEqual([
      { line: 2, value: '#2.2.2.2', reason: 'not-an-address' },
      { line: 3, value: 'undefined', reason: 'not-an-address' },
    ])
  })

  it('F-02 skips blank lines and trims values', async () => {
    expect(await members('\n  1.1.1.1  ,x\n \t \n\r\n2.2.2.2,y\n\n', csv({}))).toEqual(['1.1.1.1/32', '2.2.2.2/32'])
  })

  it('F-02 counts an empty value as rejected, in a line of tabs too', async () => {
    const { rejections } = await parsed('1.1.1.1\tx\n\t\n', csv({ columnDelimiter: '\t' }))
    expect(rejections).toEqual({ counts: { empty: 1 }, samples: [{ line: 2, value: '', reason: 'empty' }] })
    expect((await parsed('1.1.1.1,x\n,y\n', csv({}))).rejections).toEqual(rejections)
  })

  it('F-02 trims the values that it rejects too', async () => {
    const { rejections } = await parsed('1.1.1.1,x\n  bad ,y\n" worse ",z\n', csv({}))
    expect(rejections.samples.map(({ line, value }) => [line, value])).toEqual([[2, 'bad'], [3, 'worse']])
  })

  it.each([
    ['1.1.1.1,x\n2.2.2.2,"y\n3.3.3.3,z\n', 'csv line 2: a double quote is not closed'],
    ['1.1.1.1,x\n\n2.2.2.2,y"y"\n', 'csv line 3: a double quote stands inside a value that does not begin with one'],
    ['"a\nb",1.1.1.1\n"2.2.2.2"x,"y"\n', 'csv line 3: text follows the double quote that closes a value'],
    ['1.1.1.1,x\n"2.2.2.2" x,"y"\n', 'csv line 2: text follows the double quote that closes a value'],
  ])('F-02 refuses the broken quoting of %j', async (body, message) => {
    expect(await refusal(body, csv({}))).toBe(message)
  })

  it('F-03 counts columns from 0', async () => {
    expect(await members('1.1.1.1,2.2.2.2\n', csv({ fieldNum: 0 }))).toEqual(['1.1.1.1/32'])
    expect(await members('1.1.1.1,2.2.2.2\n', csv({ fieldNum: 1 }))).toEqual(['2.2.2.2/32'])
    expect(await refusal('1.1.1.1,2.2.2.2\n', csv({ fieldNum: 2 }))).toBe('csv line 1: the record has 2 columns, and fieldNum 2 counts from 0')
  })

  it('F-04 finds a column by its name in the first record', async () => {
    const body = '# list\n"id", "ip" ,note\n1,1.1.1.1,x\n2,2.2.2.2,y\n'
    expect(await members(body, csv({ commentDelimiter: '#', header: true, fieldName: 'ip' }))).toEqual(['1.1.1.1/32', '2.2.2.2/32'])
  })

  it('F-04 compares names without the space around them, and shows them so', async () => {
    const body = 'id, ip ,note\n1,1.1.1.1,x\n'
    expect(await members(body, csv({ header: true, fieldName: 'ip' }))).toEqual(['1.1.1.1/32'])
    expect(await members(body, csv({ header: true, fieldName: ' note' })).catch(String)).toContain('1 not-an-address')
    expect(await refusal(body, csv({ header: true, fieldName: ' address ' }))).toBe(
      'csv line 1: no column is named "address"; the columns are "id", "ip", "note"',
    )
  })

  it('F-04 skips the first record of a header with fieldNum', async () => {
    const { entries } = await parsed('9.9.9.9,a\n1.1.1.1,b\n', csv({ header: true, fieldNum: 0 }))
    expect(entries).toBe(1)
  })

  it('F-04 refuses a missing name and lists the names found, bounded and printable', async () => {
    expect(await refusal('id,"ip\u202e\u0000v4"\n1,1.1.1.1\n', csv({ header: true, fieldName: 'ip' }))).toBe(
      'csv line 1: no column is named "ip"; the columns are "id", "ip??v4"',
    )
    const wide = await refusal(`${Array.from({ length: 500 }, (_, i) => `${i}${'x'.repeat(500)}`).join(',')}\n`, csv({ header: true, fieldName: 'ip' }))
    expect(wide).toContain('and 480 more')
    expect(wide.length).toBeLessThan(1_000)
    const most = Array.from({ length: 20 }, (_, i) => `c${i}`)
    expect(await refusal(`${most.join(',')}\n`, csv({ header: true, fieldName: 'ip' }))).toMatch(/ "c19"$/)
  })

  it('F-05 fails a record of another width than the first, with its line number', async () => {
    expect(await refusal('# c\n1.1.1.1,x\n\n2.2.2.2,y,z\n', csv({ commentDelimiter: '#' }))).toBe(
      'csv line 4: the record has 3 columns, where the first record has 2',
    )
    expect(await refusal('"1.1.1.1","x\ny"\n2.2.2.2\n', csv({}))).toBe('csv line 3: the record has 1 column, where the first record has 2')
  })

  it('F-05 holds every record, the header too, to recordSize', async () => {
    expect(await refusal('1.1.1.1,x\n', csv({ recordSize: 3 }))).toBe('csv line 1: the record has 2 columns, where recordSize is 3')
    expect(await refusal('ip\n1.1.1.1,x\n', csv({ recordSize: 2, header: true, fieldName: 'ip' }))).toContain('csv line 1')
    expect(await members('1.1.1.1,x,\n', csv({ recordSize: 3 }))).toEqual(['1.1.1.1/32'])
  })

  it('F-05 says the first of two faults', async () => {
    expect(await refusal('"1.1.1.1",x\n2.2.2.2\n3.3.3.3,"y\n', csv({}))).toContain('csv line 2: the record has 1 column')
  })

  it('F-06 takes any width, and counts records without the column as rejected', async () => {
    const { set, rejections } = await parsed('a,1.1.1.1\nb\nc,2.2.2.2,d\n', csv({ fieldNum: 1, disableRecordSizeValidation: true }))
    expect(set.members).toBe(2)
    expect(rejections).toEqual({ counts: { 'missing-column': 1 }, samples: [{ line: 2, value: 'b', reason: 'missing-column' }] })
  })

  it('F-06 shows a record without the column as it is written, but for its quotes', async () => {
    const { rejections } = await parsed('a,b\n"c","d"\ne\nf,g,1.1.1.1\n', csv({ fieldNum: 2, disableRecordSizeValidation: true }))
    expect(rejections.samples.map(({ line, value }) => [line, value])).toEqual([[1, 'a,b'], [2, 'c,d'], [3, 'e']])
  })

  it('F-06 fails when no record has the column', async () => {
    expect(await refusal('a\nb\n', csv({ fieldNum: 3, disableRecordSizeValidation: true }))).toContain('2 missing-column')
  })

  it('F-11 reads records with quotes as they come, in batches that end', async () => {
    let chunks = 0
    async function* body(): AsyncGenerator<Uint8Array, void, undefined> {
      for (; chunks < 20; chunks++) yield new TextEncoder().encode((chunks === 2 ? '"1.1.1.1"\n' : '"1.1.1.1",x\n').repeat(10_000))
    }
    expect(await parseBody(body(), csv({}))).toMatchObject({ ok: false, message: expect.stringContaining('csv line 20001: the record has 1 column') })
    expect(chunks).toBeLessThan(10)
  })

  it('F-11 F-12 counts a record too long to be kept in its place among the others', async () => {
    const body = `1.1.1.1,a\n"bad",b\n2.2.2.2,${'x'.repeat(9 * 1024 * 1024)}\n"worse",c\n`
    const { entries, rejections } = await parsed(body, csv({}))
    expect([entries, rejections.samples.map(({ line, reason }) => [line, reason])]).toEqual([4, [[2, 'not-an-address'], [3, 'too-long'], [4, 'not-an-address']]])
    expect(await refusal(`${'x'.repeat(9 * 1024 * 1024)}\n1.1.1.1\n`, csv({}))).toBe('csv line 1: the first record is too long to be read')
  })

  const value = fc.oneof(fc.constantFrom('1.1.1.1', '10.0.0.0/8', '2001:db8::1', ''), fc.string({ unit: fc.constantFrom(...'ab1., \t;#é😀'), maxLength: 6 }))
  const quoted = fc.string({ unit: fc.constantFrom(...'a1.,"\n\r #'), maxLength: 8 })
  const record = fc.array(fc.oneof(value.map((text) => text.replaceAll(',', '')), quoted.map((text) => `"${text.replaceAll('"', '""')}"`)), { minLength: 1, maxLength: 4 })
  const body = fc.array(record, { maxLength: 12 }).chain((records) =>
    fc.constantFrom('\n', '\r\n').map((end) => records.map((fields) => fields.join(',')).join(end)),
  )

  it('F-11 gives the same result in whatever chunks a body comes', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(body, fc.integer({ min: 1, max: 9 }), async (text, size) => {
        const options = csv({ commentDelimiter: '#', disableRecordSizeValidation: true })
        expect(await parse(LOOKED_AT + text, options, size)).toEqual(await parse(LOOKED_AT + text, options))
      }),
    )
  })

  it('F-02 cuts and reads records as csv-parse reads the whole', { timeout: 30_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(body, async (text) => {
        const whole = csvParse(text, { trim: true, relax_column_count: true, skip_empty_lines: true, record_delimiter: ['\r\n', '\n'] }) as string[][]
        const result = await parse(text, { ...csv({ disableRecordSizeValidation: true }), allowEmpty: true })
        // Values trimmed; csv-parse leaves blanks within quotes.
        const column = whole.map(([first = '']) => first.trim())
        if (result.ok) expect(result.parsed.entries).toBe(column.length)
        const alone = await parse(column.map((entry) => `"${entry.replaceAll('"', '""')}"`).join('\n'), { ...csv({}), allowEmpty: true })
        expect(result.ok ? result.parsed.set : result.message).toEqual(alone.ok ? alone.parsed.set : alone.message)
      }),
    )
  })
})
