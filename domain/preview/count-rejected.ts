import { fromStart } from '../formats/body-start.ts'
import { readCsv } from '../formats/csv.ts'
import { readJson } from '../formats/json.ts'
import { readNewline } from '../formats/newline.ts'
import type { ParseOptions } from '../formats/parse-body.ts'
import { BodyRefused } from '../sets/body-refused.ts'
import { Entries } from '../sets/entries.ts'
import { entryText } from '../sets/entry-text.ts'
import type { RejectionReason, Rejections } from '../sets/indicator-set.ts'
import { RejectionCounter } from '../sets/rejection-counter.ts'
import { setBuilder } from '../sets/set-builder.ts'
import type { Body } from './head.ts'

/** What a refused body had in it up to where its reading ended: a refusal itself tells no samples. */
export async function countRejected(body: Body, { content, format }: ParseOptions): Promise<{ readonly entries: number; readonly rejections: Rejections }> {
  const entries = new CountingEntries(content)
  const bytes = fromStart(body())
  try {
    if (format.kind === 'newline') await readNewline(bytes, entries)
    else if (format.kind === 'json') await readJson(bytes, format.path, entries)
    else await readCsv(bytes, format, entries)
  } catch (error) {
    if (!(error instanceof BodyRefused)) throw error
  }
  return { entries: entries.count, rejections: entries.rejections() }
}

class CountingEntries extends Entries {
  readonly #judge
  readonly #counter = new RejectionCounter()

  constructor(content: ParseOptions['content']) {
    super(content)
    this.#judge = setBuilder(content)
  }

  override takeBytes(bytes: Uint8Array, start: number, end: number, line: number): void {
    super.takeBytes(bytes, start, end, line)
    this.#note(this.#judge.addBytes(bytes, start, end), line, () => entryText(bytes, start, end))
  }

  override takeText(entry: string, line: number): void {
    super.takeText(entry, line)
    this.#note(this.#judge.addText(entry), line, () => entry)
  }

  override reject(reason: RejectionReason, line: number, entry: string): void {
    super.reject(reason, line, entry)
    this.#note(reason, line, () => entry)
  }

  rejections(): Rejections {
    return this.#counter.rejections()
  }

  #note(reason: RejectionReason | null, line: number, entry: () => string): void {
    if (reason !== null) this.#counter.reject(reason, line, entry)
  }
}
