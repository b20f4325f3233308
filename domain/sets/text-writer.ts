import type { BuiltText } from './set-builder.ts'

const NEWLINE = 0x0a

/** The text of a set as it comes to be, from names behind their lengths. */
export class TextWriter {
  readonly #text: Uint8Array
  #used = 0
  #members = 0

  constructor(mostBytes: number) {
    this.#text = new Uint8Array(mostBytes)
  }

  write(names: Uint8Array, at: number): void {
    let to = this.#used
    if (this.#members++ > 0) this.#text[to++] = NEWLINE
    const end = at + 1 + (names[at] ?? 0)
    for (let i = at + 1; i < end; i++) this.#text[to++] = names[i] ?? 0
    this.#used = to
  }

  text(): BuiltText {
    const text = this.#used === this.#text.length ? this.#text : this.#text.slice(0, this.#used)
    return { text, members: this.#members }
  }
}
