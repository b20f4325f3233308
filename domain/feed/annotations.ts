import { parseDuration } from './duration.ts'
import { ANNOTATION_PREFIX, type FeedOptions, type Problem } from './feed.ts'
import { found } from './quote.ts'

/** The annotations that are options of a feed (contract V-21), without their prefix. Others under the prefix are left to newer versions. */
export const OPTION_ANNOTATIONS = ['allow-empty', 'adopt', 'match', 'lookback'] as const
export type OptionAnnotation = (typeof OPTION_ANNOTATIONS)[number]

/** The values as they stand, without those that are absent. */
export function rawOptions(annotations: unknown): Readonly<Partial<Record<OptionAnnotation, unknown>>> {
  if (typeof annotations !== 'object' || annotations === null) return {}
  const entries = new Map<string, unknown>(Object.entries(annotations))
  return Object.fromEntries(
    OPTION_ANNOTATIONS.map((name) => [name, entries.get(ANNOTATION_PREFIX + name)] as const).filter(
      ([, value]) => value !== undefined && value !== null,
    ),
  )
}

/** Reads the options of `metadata.annotations`; what is invalid keeps its default and is a problem. */
export function readOptions(annotations: unknown, problems: Problem[]): FeedOptions {
  const raw = rawOptions(annotations)

  function refuse(name: OptionAnnotation, message: string, scope: Problem['scope'] = 'feed'): void {
    const field = `metadata.annotations[${ANNOTATION_PREFIX}${name}]`
    problems.push({ field, message: `${message}, found ${found(raw[name])}`, scope })
  }
  function flag(name: 'allow-empty' | 'adopt', scope: Problem['scope']): boolean {
    const value = raw[name]
    if (value !== undefined && value !== 'true' && value !== 'false') refuse(name, 'must be "true" or "false"', scope)
    return value === 'true'
  }
  function match(): 'exact' | 'subdomains' {
    if (raw.match !== undefined && raw.match !== 'exact' && raw.match !== 'subdomains') refuse('match', 'must be "exact" or "subdomains"')
    return raw.match === 'subdomains' ? 'subdomains' : 'exact'
  }
  function lookback(): number | undefined {
    if (raw.lookback === undefined) return undefined
    const duration = typeof raw.lookback === 'string' ? parseDuration(raw.lookback) : undefined
    if (duration?.ok === true && duration.ms >= 0) return duration.ms
    refuse('lookback', 'must be a duration such as "192h", or "0s" to leave the backward search out')
    return undefined
  }

  const lookbackMs = lookback()
  return {
    allowEmpty: flag('allow-empty', 'feed'),
    // Adoption concerns the network set alone, and so does a mistake in it (contract V-23).
    adopt: flag('adopt', 'networkSet'),
    match: match(),
    ...(lookbackMs === undefined ? {} : { lookbackMs }),
  }
}
