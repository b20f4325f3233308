import fc from 'fast-check'
import { encode } from 'punycode/punycode.es6.js'

/** Letters, marks, digits and signs of many scripts, and what UTS-46 treats in a way of its own: maps, ignores, joins, forbids. */
const ALPHABETS = [
  'abcxyzABCXYZ',
  '0123456789-_',
  'éüñßẞÀĄŁıİſ',
  'ждиЯбςσΣΑω',
  '例え中国한글テスト',
  'אבגةبتثڡ۱۲٣٤',
  'देवनागरीक्षไทย',
  '☃💩👩\u{1f3fd}♥≠≤⒈',
  '\u00ad\u200b\u2060\ufe0f\u180b',
  '\u200c\u200d\u0308\u0338\u064b\u094d',
  'ｅｘＡ１－\u00a0\u3000／％：',
  '\ud800\udc00\ufffd\u{e0001}\u{32931}\u{1e4d0}',
] as const

const characters = fc.oneof(...ALPHABETS.map((alphabet) => fc.constantFrom(...Array.from(alphabet))), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }))

function label(unit: fc.Arbitrary<string>, maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit, maxLength })
}

const ascii = label(fc.constantFrom(...'aZkX09-_n'), 10).filter((text) => text !== '')
/** Of one script, as names mostly are. */
const oneScript = fc.constantFrom(...ALPHABETS).chain((alphabet) => label(fc.constantFrom(...Array.from(alphabet)), 8))
const ace = oneScript.map((text) => `${text.length % 2 === 0 ? 'xn--' : 'XN--'}${encode(text)}`)

const anyLabel = fc.oneof(
  { arbitrary: ascii, weight: 4 },
  { arbitrary: oneScript, weight: 4 },
  { arbitrary: label(characters, 8), weight: 2 },
  { arbitrary: ace, weight: 2 },
  { arbitrary: label(fc.constantFrom(...'xn-a0-'), 9).map((text) => `xn--${text}`), weight: 1 },
  { arbitrary: fc.nat(999).map(String), weight: 1 },
  { arbitrary: fc.integer({ min: 60, max: 66 }).map((length) => 'a'.repeat(length)), weight: 1 },
)

const dot = fc.oneof({ arbitrary: fc.constant('.'), weight: 12 }, fc.constantFrom('\u3002', '\uff0e', '\uff61', '..', '', ' ', '/', '*.', ':'))

/** An entry as a feed might write it: mostly a name, in part of what must not be one. */
export const anyEntry: fc.Arbitrary<string> = fc
  .tuple(fc.array(fc.tuple(anyLabel, dot), { minLength: 1, maxLength: 4 }), anyLabel, fc.constantFrom('', '', '', '.', '\u3002'))
  .map(([labels, last, end]) => `${labels.flat().join('')}${last}${end}`)

/** Its bytes, in one entry of four with one of them changed: often no UTF-8 any more. */
export const anyEntryBytes: fc.Arbitrary<Uint8Array> = fc.tuple(anyEntry, fc.nat(3), fc.nat(), fc.nat(255)).map(([entry, kind, place, byte]) => {
  const bytes = new TextEncoder().encode(entry)
  if (kind === 0 && bytes.length > 0) bytes[place % bytes.length] = byte
  return bytes
})
