import { parseAllDocuments } from 'yaml'
import { ClientError } from './client-error.ts'

/** A GlobalThreatFeed as a user writes it; the API server judges its spec. */
export interface FeedManifest {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly spec: Readonly<Record<string, unknown>>
}

/** Groups that may serve the kind (contract V-20). */
export const API_VERSIONS: readonly string[] = ['projectcalico.org/v3', 'crd.projectcalico.org/v1']
/** A feed's manifest is a few hundred bytes and an object at most 1.5 MiB: more is another file. */
export const MAX_BYTES = 1_572_864

/**
 * Reads the feeds of a YAML or JSON text, with as many documents as it has.
 * @throws ClientError `invalid`, naming the document and the field, never a value of the spec.
 */
export function readManifests(text: string): readonly FeedManifest[] {
  if (text.length > MAX_BYTES) throw new ClientError('invalid', `the file has ${text.length} characters; at most ${MAX_BYTES} are read`)
  const documents = parseAllDocuments(text)
  const manifests: FeedManifest[] = []
  for (const [at, document] of ('empty' in documents ? [] : documents).entries()) {
    const [error] = document.errors
    if (error !== undefined) throw new ClientError('invalid', `document ${at + 1} is not YAML${lineOf(error)}`)
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    if (value !== null && value !== undefined) manifests.push(readManifest(value, at + 1))
  }
  if (manifests.length === 0) throw new ClientError('invalid', 'the file holds no GlobalThreatFeed')
  return manifests
}

function readManifest(value: unknown, at: number): FeedManifest {
  const fail = (problem: string): ClientError => new ClientError('invalid', `document ${at}: ${problem}`)
  if (!isRecord(value)) throw fail('expected a GlobalThreatFeed, found no mapping')
  const { apiVersion, kind, metadata, spec, ...rest } = value
  if (kind !== 'GlobalThreatFeed') throw fail('kind must be GlobalThreatFeed')
  if (typeof apiVersion !== 'string' || !API_VERSIONS.includes(apiVersion)) throw fail(`apiVersion must be ${API_VERSIONS.join(' or ')}`)
  const unknown = Object.keys(rest).filter((key) => key !== 'status')
  if (unknown.length > 0) throw fail(`unknown field ${unknown[0]?.slice(0, 40)}: is it indented below spec?`)
  if (!isRecord(metadata) || typeof metadata['name'] !== 'string' || metadata['name'] === '') throw fail('metadata.name is missing')
  if (spec !== undefined && spec !== null && !isRecord(spec)) throw fail('spec must be a mapping')
  return {
    name: metadata['name'],
    labels: stringMap(metadata['labels'], () => fail('metadata.labels must map names to texts')),
    annotations: stringMap(metadata['annotations'], () => fail('metadata.annotations must map names to texts')),
    spec: spec ?? {},
  }
}

function stringMap(value: unknown, failure: () => ClientError): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {}
  if (!isRecord(value)) throw failure()
  const entries: [string, string][] = []
  for (const [key, item] of Object.entries(value)) {
    if (typeof item !== 'string') throw failure()
    entries.push([key, item])
  }
  return Object.fromEntries(entries)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The parser's own message quotes the line, and a line may hold a header's value. */
function lineOf(error: { readonly linePos?: readonly { readonly line: number }[] | undefined }): string {
  const line = error.linePos?.[0]?.line
  return line === undefined ? '' : `: look at line ${line}`
}
