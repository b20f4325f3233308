import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CsvRecord, CsvRecords } from '../../../domain/formats/csv-records.ts'

const LONGEST = 100

/** The records of a body that comes in pieces of so many characters, or why it is refused. */
function records(body: string, { piece = 1, comment = '#', delimiter = ',' } = {}): CsvRecord[] | string {
  const given: CsvRecord[] = []
  const cutter = new CsvRecords({ columnDelimiter: delimiter, commentDelimiter: comment }, (record) => given.push(record), LONGEST)
  try {
    for (let at = 0; at < body.length; at += piece) cutter.push(body.slice(at, at + piece))
    cutter.end()
  } catch (error) {
    return (error as Error).message
  }
  return given
}

function plain(text: string, line: number): CsvRecord {
  return { text, line, quoted: false, tooLong: false }
}

function quoted(text: string, line: number): CsvRecord {
  return { text, line, quoted: true, tooLong: false }
}

function tooLong(text: string, line: number): CsvRecord {
  return { text, line, quoted: false, tooLong: true }
}

const long = 'x'.repeat(LONGEST)

describe('CsvRecords', () => {
  it('F-02 gives records with the lines they begin on, without comments, blank lines and the CR at their ends', () => {
    const body = '# c\na,b\r\n \t \n\r\n"c\nd",e\r\n#"\nf"""g""\n"h""i\n\n'
    for (const piece of [1, 2, 3, 100]) {
      expect(records(body, { piece })).toEqual([plain('a,b', 2), quoted('"c\nd",e', 5), quoted('f"""g""\n"h""i', 8)])
    }
  })

  it('F-02 gives the last record without a newline, and one whose quotes are open for the parser to judge', () => {
    expect(records('a\nb')).toEqual([plain('a', 1), plain('b', 2)])
    expect(records('a\n"b\n#c')).toEqual([plain('a', 1), quoted('"b\n#c', 2)])
    expect(records('')).toEqual([])
  })

  it('F-02 takes a line of delimiters that are spaces for a record of empty values', () => {
    expect(records('\t\n \n', { delimiter: '\t' })).toEqual([plain('\t', 1)])
  })

  it('F-11 F-12 tells a record too long to be kept by how it begins, and goes on behind it', () => {
    expect(records(`${long}\na`)).toEqual([plain(long, 1), plain('a', 2)])
    expect(records(`b\n${long}x\na`)).toEqual([plain('b', 1), tooLong('x'.repeat(64), 2), plain('a', 3)])
    expect(records(`"q",${long}${long},"y"\na`)).toEqual([tooLong(`"q",${'x'.repeat(60)}`, 1), plain('a', 2)])
    expect(records(`${long}${long}`)).toEqual([tooLong('x'.repeat(64), 1)])
  })

  it('F-11 goes on over a comment of any length, whatever quotes it has', () => {
    expect(records(`#"${long}${long}\na`)).toEqual([plain('a', 2)])
    expect(records(`a\n#${long}${long}"`)).toEqual([plain('a', 1)])
  })

  it('F-11 refuses a record that does not end within the longest, and says where it begins', () => {
    const refused = (line: number): string => `the csv record at line ${line} is longer than 100 characters; a double quote may not be closed`
    expect(records(`a\n"${'x\n'.repeat(48)}y"`)).toEqual([plain('a', 1), quoted(`"${'x\n'.repeat(48)}y"`, 2)])
    expect(records(`a\n"${'x\n'.repeat(48)}yy"`)).toBe(refused(2))
    expect(records(`a\n"x\n${long}x`)).toBe(refused(2))
    expect(records(`a\n${long}x"y\n"`)).toBe(refused(2))
    expect(records(`a\n"${long}",x\n"`)).toEqual([plain('a', 1), tooLong(`"${'x'.repeat(63)}`, 2), quoted('"', 3)])
    expect(records(`a\n"${long}",",x\n"`)).toBe(refused(2))
    // Each record anew: two that have the longest between them.
    expect(records(`"${'x\n'.repeat(30)}"\n"${'y\n'.repeat(30)}"\n`)).toHaveLength(2)
  })

  it('F-11 gives the same records in whatever pieces a body comes', () => {
    const body = fc.array(fc.constantFrom('a', 'bc', ',', '"', '""', '\n', '\r\n', '#', ' ', '"d\n,e"'), { maxLength: 40 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(body, fc.integer({ min: 2, max: 50 }), (text, piece) => {
        expect(records(text, { piece })).toEqual(records(text))
      }),
    )
  })
})
