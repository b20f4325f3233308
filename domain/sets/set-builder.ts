import type { Content } from '../feed/content.ts'
import { AddressBuilder } from './address-builder.ts'
import type { RejectionReason } from './indicator-set.ts'
import { SET_LIMITS, type SetLimits } from './limits.ts'
import { NameBuilder } from './name-builder.ts'

/** Takes entries one by one and keeps the canonical members they stand for, each once. Memory is bounded by the set, not by the entries. */
export interface SetBuilder {
  /**
   * Whole lines from `start` on, each nothing but one member as most lists spell theirs, as long as there are such: a way around
   * `addBytes` that is several times as fast.
   */
  addLines(bytes: Uint8Array, start: number): PlainLines
  /** An entry without space around it, as UTF-8 bytes of a larger buffer. @returns why it is not a member, or null. */
  addBytes(bytes: Uint8Array, start: number, end: number): RejectionReason | null
  addText(entry: string): RejectionReason | null
  /** What is wrong with the size so far, or null (contract N-06): cheap, and late by at most a largest set of entries. */
  excess(): string | null
  /** The canonical text, or what is wrong with its size; the builder is done with. */
  finish(): BuiltText | string
}

/** Lines that were taken: where they end, and how many there were. */
export interface PlainLines {
  readonly end: number
  readonly count: number
}

export interface BuiltText {
  readonly text: Uint8Array
  readonly members: number
}

export function setBuilder(content: Content, limits: SetLimits = SET_LIMITS): SetBuilder {
  return content === 'IPSet' ? new AddressBuilder(limits) : new NameBuilder(limits)
}
