import { BodyRefused } from '../sets/body-refused.ts'
import { figure } from '../sets/limits.ts'

/** What a document may hold. The engine makes it in one go, so what could take minutes or gigabytes is found before it begins. */
export interface JsonLimits {
  /** Brackets within brackets. 64 MiB of `[` take V8 half a minute and 2.6 GB. */
  readonly depth: number
  /** Values and names together: four times the largest set, and more than 64 MiB of a list of addresses have. */
  readonly places: number
  /** Arrays, objects and names, which cost ten times what a string in a list does: two of them for each member of a largest set. */
  readonly costly: number
}

export const JSON_LIMITS: JsonLimits = { depth: 1_000, places: 8_000_000, costly: 4_000_000 }

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const BACKSLASH = 0x5c

/**
 * Counts the brackets, commas and colons of a JSON document while its bytes come in, outside of strings. Whether it is JSON at all is
 * for the parser to say; all that can be long in JSON is counted, and so is what only looks like it.
 */
export class JsonBounds {
  readonly #limits: JsonLimits
  #depth = 0
  #places = 0
  #costly = 0
  #inString = false
  #escaped = false

  constructor(limits: JsonLimits = JSON_LIMITS) {
    this.#limits = limits
  }

  /** @throws BodyRefused when the document passes a limit. */
  push(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; at++) {
      if (this.#inString) at = this.#skipString(chunk, at)
      else this.#take(chunk[at] ?? 0)
    }
    const { places, costly } = this.#limits
    if (this.#costly > costly) throw new BodyRefused(`the document has more than ${figure(costly)} arrays, objects and names`)
    if (this.#places > places) throw new BodyRefused(`the document has more than ${figure(places)} values and names`)
  }

  /** @returns where the string ends, or the chunk does. */
  #skipString(chunk: Uint8Array, start: number): number {
    for (let at = start; at < chunk.length; at++) {
      const byte = chunk[at]
      if (this.#escaped) this.#escaped = false
      else if (byte === BACKSLASH) this.#escaped = true
      else if (byte === QUOTE) {
        this.#inString = false
        return at
      }
    }
    return chunk.length
  }

  #take(byte: number): void {
    if (byte === QUOTE) this.#inString = true
    else if (byte === COMMA) this.#places++
    else if (byte === COLON) this.#count()
    else if (opens(byte)) {
      this.#count()
      if (++this.#depth > this.#limits.depth) throw new BodyRefused(`the document is nested more than ${figure(this.#limits.depth)} deep`)
    } else if (closes(byte)) this.#depth--
  }

  #count(): void {
    this.#places++
    this.#costly++
  }
}

/** `[` or `{`. */
function opens(byte: number): boolean {
  return (byte | 0x20) === 0x7b
}

/** `]` or `}`. */
function closes(byte: number): boolean {
  return (byte | 0x20) === 0x7d
}
