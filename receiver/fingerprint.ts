import { hex, sha256 } from './digest.ts'

/** Bytes that are digested at once. */
const BLOCK = 262_144
const DIGEST = 32

/**
 * Tells whether two bodies are the same, whatever pieces they come in, without holding them: the web's digests take no streams. Each block
 * is digested together with the digest before it.
 */
export class Fingerprint {
  /** The digest so far, and the block behind it. */
  readonly #bytes = new Uint8Array(DIGEST + BLOCK)
  #used = DIGEST

  /** @param of what belongs to the body beside its bytes */
  static async begin(of: string): Promise<Fingerprint> {
    const fingerprint = new Fingerprint()
    fingerprint.#bytes.set(await sha256(of))
    return fingerprint
  }

  /** Passes a body on as it takes it in. */
  async *of(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const piece of body) {
      for (let at = 0; at < piece.length; ) {
        const part = piece.subarray(at, at + this.#bytes.length - this.#used)
        this.#bytes.set(part, this.#used)
        this.#used += part.length
        at += part.length
        if (this.#used === this.#bytes.length) await this.#digest()
      }
      yield piece
    }
  }

  async end(): Promise<string> {
    await this.#digest()
    return hex(this.#bytes.subarray(0, DIGEST))
  }

  async #digest(): Promise<void> {
    this.#bytes.set(await sha256(this.#bytes.subarray(0, this.#used)))
    this.#used = DIGEST
  }
}
