import type { InStretches } from './give-way.ts'

/** A document; or the offset of the first character that cannot stand where it does, the text's length when it ends too early. */
export type JsonDocument = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly fault: number }

/** Tokens of a stretch: a few milliseconds of work, but where an object of millions of names needs more room. */
const TOKENS_AT_ONCE = 8_192

/**
 * Reads a JSON document (RFC 8259) to plain values, the same that JSON.parse gives, but in stretches, and with the place of a fault, which
 * engines word each in their own way. JSON.parse holds the thread until it is done: seconds for a few million names that are all different.
 * Does not recurse: a body decides how deep it is.
 */
export function* readDocument(text: string): InStretches<JsonDocument> {
  const reader = new Reader(text)
  for (let tokens = 1; reader.take(); tokens++) if (tokens % TOKENS_AT_ONCE === 0) yield
  return reader.document()
}

type Named = Record<string, unknown>

/** What may stand next. After a comma in an object a name is wanted, else a value; an end bracket only right after the one that opens. */
type Wanted = 'value' | 'item' | 'name' | 'next'

const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const QUOTE = 0x22
const BACKSLASH = 0x5c
const COMMA = 0x2c
const COLON = 0x3a

const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y
const WORD = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y

class Reader {
  readonly #text: string
  /** The document. */
  readonly #root: unknown[] = []
  /** What is open, the innermost last, and for each object the name that waits for its value. */
  readonly #open: (unknown[] | Named)[] = []
  readonly #names: string[] = []
  #at = 0
  #wanted: Wanted = 'value'
  #fault = -1

  constructor(text: string) {
    this.#text = text
  }

  document(): JsonDocument {
    return this.#fault < 0 ? { ok: true, value: this.#root[0] } : { ok: false, fault: this.#fault }
  }

  /** Takes the next token. @returns whether there may be another one. */
  take(): boolean {
    this.#skipSpace()
    const code = this.#text.charCodeAt(this.#at)
    const inside = this.#open.at(-1)
    switch (this.#wanted) {
      case 'next':
        if (inside === undefined) return this.#at < this.#text.length && this.#stop(this.#at)
        if (closes(inside, code)) return this.#close()
        return code === COMMA ? this.#goOn(Array.isArray(inside) ? 'value' : 'name') : this.#stop(this.#at)
      case 'item':
        if (closes(inside, code)) return this.#close()
        return Array.isArray(inside) ? this.#takeValue(code) : this.#takeName(code)
      case 'name':
        return this.#takeName(code)
      case 'value':
        return this.#takeValue(code)
    }
  }

  #goOn(wanted: Wanted): true {
    this.#at++
    this.#wanted = wanted
    return true
  }

  #stop(at: number): false {
    this.#fault = at
    return false
  }

  #close(): true {
    this.#open.pop()
    this.#names.pop()
    return this.#goOn('next')
  }

  #takeName(code: number): boolean {
    if (code !== QUOTE) return this.#stop(this.#at)
    const name = this.#takeString()
    if (name === undefined) return false
    this.#names[this.#names.length - 1] = name
    this.#skipSpace()
    return this.#text.charCodeAt(this.#at) === COLON ? this.#goOn('value') : this.#stop(this.#at)
  }

  #takeValue(code: number): boolean {
    if (code === OPEN_LIST || code === OPEN_OBJECT) {
      const value = code === OPEN_LIST ? [] : {}
      this.#put(value)
      this.#open.push(value)
      this.#names.push('')
      return this.#goOn('item')
    }
    if (code === QUOTE) {
      const string = this.#takeString()
      return string !== undefined && this.#put(string)
    }
    WORD.lastIndex = this.#at
    const word = WORD.exec(this.#text)?.[0]
    if (word === undefined) return this.#stop(this.#at)
    this.#at += word.length
    return this.#put(valueOf(word))
  }

  #put(value: unknown): true {
    const inside = this.#open.at(-1) ?? this.#root
    if (Array.isArray(inside)) inside.push(value)
    else setOwn(inside, this.#names.at(-1) ?? '', value)
    this.#wanted = 'next'
    return true
  }

  /** The string that begins here, or undefined where it stops being one. */
  #takeString(): string | undefined {
    const text = this.#text
    const start = this.#at
    let escaped = false
    for (let at = start + 1; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return escaped ? unescaped(text.slice(start, at + 1)) : text.slice(start + 1, at)
      }
      if (code < 0x20) return this.#break(at)
      if (code !== BACKSLASH) continue
      ESCAPE.lastIndex = at
      if (!ESCAPE.test(text)) return this.#break(at)
      at = ESCAPE.lastIndex - 1
      escaped = true
    }
    return this.#break(text.length)
  }

  #break(at: number): undefined {
    this.#stop(at)
    return undefined
  }

  #skipSpace(): void {
    const text = this.#text
    for (let code = text.charCodeAt(this.#at); code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09; ) code = text.charCodeAt(++this.#at)
  }
}

function closes(open: unknown[] | Named | undefined, code: number): boolean {
  return code === (Array.isArray(open) ? CLOSE_LIST : CLOSE_OBJECT)
}

function valueOf(word: string): unknown {
  if (word === 'true' || word === 'false') return word === 'true'
  return word === 'null' ? null : Number(word)
}

/** Of a string that is known to be one. */
function unescaped(quoted: string): string {
  const text: string = JSON.parse(quoted)
  return text
}

/** The last of two equal names counts, as with JSON.parse. To assign to `__proto__` would make another kind of object. */
function setOwn(object: Named, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true })
  else object[name] = value
}
