import type { Head } from './head.ts'

/** What a body looks like from its first bytes, whatever its feed says. */
export type Shape = 'nothing' | 'compressed' | 'archive' | 'utf-16' | 'binary' | 'html' | 'xml' | 'json' | 'ndjson' | 'adblock' | 'hosts' | 'lines'

const HTML = /^\s*<(?:!--|(?:!doctype\s+html|html|head|body|title|meta|script)(?![a-z]))/i
const XML = /^\s*<\?xml|^\s*<(?:rss|feed|ioc|stix)[\s:>]/i
/** An object, or an array of JSON values: `[Adblock Plus 2.0]` is none. */
const JSON_START = /^\s*(?:\{\s*["}]|\[\s*(?:["{[\]\d-]|true|false|null))/
const ADBLOCK_RULE = /^(?:@@)?\|\|[^\s^]+\^/
const HOSTS_LINE = /^(?:0\.0\.0\.0|127\.0\.0\.1|::1?)[ \t]+[^\s#]/
const COMMENT = /^\s*[#!;]/
/** Lines that are looked at. */
const LOOKED_AT = 200

export function shapeOf(head: Head): Shape {
  const { bytes, text } = head
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'compressed'
  if (text.startsWith('PK\u0003\u0004')) return 'archive'
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) return 'utf-16'
  if (bytes.includes(0)) return 'binary'
  if (HTML.test(text)) return 'html'
  if (XML.test(text)) return 'xml'
  if (JSON_START.test(text)) return severalDocuments(head) ? 'ndjson' : 'json'
  return shapeOfLines(head.lines)
}

/** The lines without comments, as far as they are looked at. */
export function entryLines(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => !COMMENT.test(line)).slice(0, LOOKED_AT)
}

function severalDocuments({ lines }: Head): boolean {
  return lines.length > 1 && lines.slice(0, 2).every(isDocument)
}

function isDocument(line: string): boolean {
  try {
    return typeof JSON.parse(line) === 'object'
  } catch {
    return false
  }
}

function shapeOfLines(all: readonly string[]): Shape {
  const lines = entryLines(all)
  const mostly = (pattern: RegExp): boolean => lines.filter((line) => pattern.test(line)).length * 2 > lines.length
  if (lines.length === 0) return 'nothing'
  if (mostly(ADBLOCK_RULE)) return 'adblock'
  return mostly(HOSTS_LINE) ? 'hosts' : 'lines'
}
