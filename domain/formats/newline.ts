import { type Entries, MAX_ENTRY_BYTES } from '../sets/entries.ts'
import { entryText } from '../sets/entry-text.ts'

const NEWLINE = 0x0a
const COMMENT = 0x23

/**
 * Reads a list of one entry a line (contract F-01): `#` begins a comment anywhere, space around an entry is trimmed, CR before a line's
 * end belongs to that space, blank lines are skipped. A stream over bytes: besides the chunk it holds one entry, whatever a line's length.
 */
export async function readNewline(body: AsyncIterable<Uint8Array>, entries: Entries): Promise<void> {
  const lines = new Lines(entries)
  for await (const chunk of body) {
    lines.push(chunk)
    entries.assertSize()
  }
  lines.end()
}

class Lines {
  readonly #entries: Entries
  #line = 1
  /** The entry of a line that began in an earlier chunk: its first bytes, its length without and with the space at its end. */
  readonly #kept = new Uint8Array(MAX_ENTRY_BYTES)
  #solid = 0
  #length = 0
  #begun = false
  #commented = false

  constructor(entries: Entries) {
    this.#entries = entries
  }

  push(chunk: Uint8Array): void {
    // Up to the last newline: whoever takes lines looks for it from the end, and would look through what follows it at each line that is not plain.
    const lines = chunk.subarray(0, chunk.lastIndexOf(NEWLINE) + 1)
    for (let at = 0; at < chunk.length; ) {
      if (!this.#begun) {
        const plain = this.#entries.takeLines(lines, at)
        this.#line += plain.count
        at = plain.end
        if (at === chunk.length) return
      }
      const newline = chunk.indexOf(NEWLINE, at)
      if (newline < 0) return this.#keep(chunk, at, chunk.length)
      if (this.#begun) {
        this.#keep(chunk, at, newline)
        this.end()
      } else {
        this.#whole(chunk, at, newline)
      }
      this.#line++
      at = newline + 1
    }
  }

  /** Ends a line that was kept. */
  end(): void {
    this.#take(this.#kept, 0, this.#solid)
    this.#solid = 0
    this.#length = 0
    this.#begun = false
    this.#commented = false
  }

  /** A line that lies within a chunk. */
  #whole(chunk: Uint8Array, lineStart: number, lineEnd: number): void {
    let start = lineStart
    while (start < lineEnd && isSpace(chunk[start])) start++
    let end = start
    while (end < lineEnd && chunk[end] !== COMMENT) end++
    while (end > start && isSpace(chunk[end - 1])) end--
    this.#take(chunk, start, end)
  }

  #keep(chunk: Uint8Array, start: number, end: number): void {
    this.#begun = true
    if (this.#solid > MAX_ENTRY_BYTES) return
    for (let i = start; i < end && !this.#commented; i++) {
      const byte = chunk[i] ?? 0
      if (byte === COMMENT) this.#commented = true
      else this.#keepByte(byte)
    }
  }

  #keepByte(byte: number): void {
    const space = isSpace(byte)
    if (space && this.#length === 0) return
    if (this.#length < MAX_ENTRY_BYTES) this.#kept[this.#length] = byte
    this.#length++
    if (!space) this.#solid = this.#length
  }

  #take(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return
    if (end - start > MAX_ENTRY_BYTES) {
      this.#entries.reject('too-long', this.#line, entryText(bytes, start, start + MAX_ENTRY_BYTES))
    } else {
      this.#entries.takeBytes(bytes, start, end, this.#line)
    }
  }
}

/** Space, tab, CR, VT, FF. */
function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === 0x0b || byte === 0x0c
}
