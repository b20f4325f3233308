import type { Content } from '../../domain/feed/content.ts'
import { describeProblems } from '../../domain/feed/observe.ts'
import { feedUrlProblem } from '../../domain/feed/feed-url.ts'
import type { Feed } from '../../domain/feed/feed.ts'
import { readFeed } from '../../domain/feed/read-feed.ts'
import { ClientError } from '../client-error.ts'
import { readManifests } from '../manifest.ts'
import { validate } from '../validate/validate.ts'
import type { Source } from './body-source.ts'

/** Options in place of a feed file. */
export interface FormatOptions {
  readonly content?: Content
  readonly jsonPath?: string
  readonly csvFieldNum?: number
  readonly csvFieldName?: string
  readonly csvHeader?: boolean
  readonly csvDelimiter?: string
  readonly csvComment?: string
  readonly allowEmpty?: boolean
}

const STANDS_FOR_URL = 'https://preview.invalid/'

/** The argument as a source: `-`, a url or a file's name. @throws ClientError `invalid`, without the url. */
export function readSource(argument: string): Source {
  if (argument === '-') return { kind: 'stdin' }
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(argument)) return { kind: 'file', file: argument }
  const problem = feedUrlProblem(argument)
  if (problem !== null) throw new ClientError('invalid', `the url ${problem}`)
  return { kind: 'url', url: argument, headers: [] }
}

/**
 * The feed of a file: the only one in it, or the one of this name.
 * @throws ClientError `invalid`, naming every field that is wrong.
 */
export function readFeedFile(text: string, name: string | undefined): Feed {
  assertValid(text, name)
  const manifests = readManifests(text)
  const wanted = name === undefined ? manifests : manifests.filter((manifest) => manifest.name === name)
  const [manifest, another] = wanted
  if (manifest === undefined) throw new ClientError('invalid', `the file has no feed named ${name?.slice(0, 253) ?? ''}`)
  if (another !== undefined) throw new ClientError('invalid', `the file has ${wanted.length} feeds: say which with --feed NAME`)
  const { labels, annotations, spec } = manifest
  return readFeed({ metadata: { name: manifest.name, labels, annotations }, spec }).feed
}

/** A feed made of options alone. @throws ClientError `invalid`. */
export function feedOfOptions(options: FormatOptions): Feed {
  const { content, jsonPath, csvFieldNum, csvFieldName, csvHeader, csvDelimiter, csvComment, allowEmpty } = options
  const csv = {
    ...(csvFieldNum === undefined ? {} : { fieldNum: csvFieldNum }),
    ...(csvFieldName === undefined ? {} : { fieldName: csvFieldName, header: true }),
    ...(csvHeader === undefined ? {} : { header: csvHeader }),
    ...(csvDelimiter === undefined ? {} : { columnDelimiter: csvDelimiter }),
    ...(csvComment === undefined ? {} : { commentDelimiter: csvComment }),
  }
  const format = {
    ...(jsonPath === undefined ? {} : { json: { path: jsonPath } }),
    ...(Object.keys(csv).length === 0 ? {} : { csv: { ...(csv.fieldName === undefined ? { fieldNum: 0 } : {}), ...csv } }),
  }
  const annotations = { 'threatfeeds.projectcalico.org/allow-empty': String(allowEmpty ?? false) }
  const { feed, problems } = readFeed({ metadata: { name: 'preview', annotations }, spec: { content, pull: { http: { url: STANDS_FOR_URL, format } } } })
  if (problems.length > 0) throw new ClientError('invalid', describeProblems(problems).replaceAll('spec.pull.http.format.', ''))
  return feed
}

/** A feed with a mistake is not read as if it had none: an unknown field may be the very one that was to change what comes of it. */
function assertValid(text: string, name: string | undefined): void {
  const documents = validate(text).feeds.filter((feed) => name === undefined || feed.name === name || feed.name === '')
  for (const { name: feed, problems } of documents) {
    const [first] = problems
    if (first === undefined) continue
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems, the first`
    const place = `line ${first.line}: ${`${first.field} ${first.message}`.trim()}`
    const more = problems.length === 1 ? '' : '; `threatfeed validate -f FILE` shows all of them'
    throw new ClientError('invalid', `${feed === '' ? 'the file' : `feed ${feed.slice(0, 253)}`} has ${count} in ${place}${more}`)
  }
}
