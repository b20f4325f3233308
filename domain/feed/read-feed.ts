import { readOptions } from './annotations.ts'
import { CONTENTS } from './content.ts'
import type { Problem, ReadFeed } from './feed.ts'
import { feedNameProblem } from './feed-name.ts'
import { Fields } from './fields.ts'
import { readNetworkSet } from './read-network-set.ts'
import { readPull } from './read-pull.ts'

/** Longest description, code points (contract V-03). */
export const MAX_DESCRIPTION = 256

/**
 * Reads a GlobalThreatFeed as it came from an API server, or from a file: whatever CRD it was admitted under, all rules are checked
 * again (contract V-01 to V-16, V-18). Gives the feed with its defaults, without what is invalid, and every problem. Never throws; no
 * problem repeats a url or a header's value.
 */
export function readFeed(object: unknown): ReadFeed {
  const problems: Problem[] = []
  const root = new Fields(object, '', problems)
  const metadata = root.child('metadata') ?? new Fields({}, 'metadata', problems)
  const spec = root.child('spec') ?? new Fields({}, 'spec', problems)

  const name = readName(metadata)
  const uid = metadata.raw('uid')
  const generation = metadata.raw('generation')
  const content = spec.choice('content', CONTENTS, 'IPSet')
  const mode = spec.choice('mode', ['Enabled', 'Disabled'], 'Enabled')
  spec.choice('feedType', ['Custom', 'Builtin'], 'Custom')
  checkDescription(spec)
  const pullStanza = spec.child('pull')
  const pull = pullStanza && readPull(pullStanza, name)
  const networkSetStanza = spec.child('globalNetworkSet', 'networkSet')
  const networkSet = networkSetStanza && readNetworkSet(networkSetStanza, { content, hasPull: spec.has('pull') })

  return {
    feed: {
      name,
      uid: typeof uid === 'string' ? uid : '',
      generation: typeof generation === 'number' ? generation : 0,
      content,
      enabled: mode === 'Enabled',
      ...(networkSet === undefined ? {} : { networkSet }),
      ...(pull === undefined ? {} : { pull }),
      options: readOptions(metadata.raw('annotations'), problems),
    },
    problems,
  }
}

function readName(metadata: Fields): string {
  if (!metadata.has('name')) metadata.refuse('name', 'is required')
  const name = metadata.text('name')
  const problem = name === undefined ? null : feedNameProblem(name)
  if (problem !== null) metadata.refuse('name', problem)
  return name ?? ''
}

function checkDescription(spec: Fields): void {
  const length = [...(spec.text('description') ?? '')].length
  if (length > MAX_DESCRIPTION) spec.refuse('description', `must have at most ${MAX_DESCRIPTION} characters, found ${length}`)
}
