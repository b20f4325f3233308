import { FeedFailure, type FailureClass } from '../../domain/failure.ts'
import { type ApiAnswer, unavailable } from './api-server.ts'

/** An object of unknown shape; anything else reads as one without fields. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Readonly<Record<string, unknown>>) : {}
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** A map of strings, as labels and annotations are; anything else in it is left out. */
export function strings(value: unknown): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(record(value)).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

/** The identity that the API server gave an object. */
export interface Identity {
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
}

/** @throws FeedFailure `ApiUnavailable` for a body that is no object of Kubernetes. */
export function identityOf(object: unknown): Identity {
  const metadata = record(record(object)['metadata'])
  const identity = { name: text(metadata['name']), uid: text(metadata['uid']), resourceVersion: text(metadata['resourceVersion']) }
  if (identity.name === '' || identity.uid === '') throw unavailable('answered with something that is no object')
  return identity
}

/**
 * Whether a 404 says that this one object does not exist. A kind that is not served answers 404 too, as plain text or without
 * naming the object, and is no absence (contract L-05).
 */
export function isAbsent(answer: ApiAnswer, resource: string, name: string): boolean {
  if (answer.status !== 404) return false
  const status = record(answer.body)
  const details = record(status['details'])
  return status['kind'] === 'Status' && status['reason'] === 'NotFound' && details['name'] === name && text(details['kind']).toLowerCase() === resource
}

/** One page of a list. */
export interface Page {
  readonly items: readonly unknown[]
  /** Asks for the next page; empty after the last. */
  readonly token: string
  readonly resourceVersion: string
}

/**
 * Reads a page. Lists of metadata that are empty have `items: null`.
 * @throws FeedFailure `ApiUnavailable` for anything that is no list: that is never an empty one.
 */
export function pageOf(answer: ApiAnswer, title: string): Page {
  const { kind, items, metadata } = record(answer.body)
  const isList = answer.status === 200 && text(kind).endsWith('List') && (Array.isArray(items) || items === null)
  if (!isList) throw refused(answer, `a list of ${title}`)
  const { continue: token, resourceVersion } = record(metadata)
  return { items: items ?? [], token: text(token), resourceVersion: text(resourceVersion) }
}

/** The machine-readable reason of a `Status`. Its message is left alone: it quotes what was sent. */
export function reasonOf(answer: ApiAnswer): string {
  const reason = text(record(answer.body)['reason'])
  return /^[A-Za-z]{1,40}$/.test(reason) ? `${answer.status} ${reason}` : String(answer.status)
}

/** Who has to act on an answer that was not the one hoped for. */
export function classOf(answer: ApiAnswer): FailureClass {
  if (answer.status === 409) return 'retry'
  return [400, 401, 403, 405, 413, 415, 422].includes(answer.status) ? 'user' : 'wait'
}

/** FeedFailure `ApiUnavailable` for an answer that is no success: what was asked, status and reason, and nothing of the body. */
export function refused(answer: ApiAnswer, doing: string): FeedFailure {
  return new FeedFailure('ApiUnavailable', classOf(answer), `the Kubernetes API server answered ${reasonOf(answer)} to ${doing}`)
}
