import type { FeedRating } from '../events/severity.ts'
import { parseDuration } from './duration.ts'
import { ANNOTATION_PREFIX, type FeedOptions, type Problem } from './feed.ts'
import { found } from './quote.ts'

/** The annotations that are options of a feed (contract V-21), without their prefix. Others under the prefix are left to newer versions. */
export const OPTION_ANNOTATIONS = ['allow-empty', 'adopt', 'match', 'lookback', 'severity', 'mitre-ids', 'mitre-tactic'] as const
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

/**
 * The same expressions stand in deploy/admission. The names of tactics are no list of ours: ATT&CK renames and splits them, and an older
 * worker would refuse a newer one.
 */
const SEVERITY = /^(?:[1-9][0-9]?|100)$/
const MITRE_IDS = /^T[0-9]{4}(?:[.][0-9]{3})?(?:, ?T[0-9]{4}(?:[.][0-9]{3})?){0,15}$/
const MITRE_TACTIC = /^[A-Z][A-Za-z]{1,31}(?: [A-Za-z]{1,32}){0,4}$/

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
  function shaped(name: 'severity' | 'mitre-ids' | 'mitre-tactic', shape: RegExp, message: string): string | undefined {
    const value = raw[name]
    if (value === undefined || (typeof value === 'string' && shape.test(value))) return value
    refuse(name, message)
    return undefined
  }
  function rating(): FeedRating | undefined {
    const severity = shaped('severity', SEVERITY, 'must be a whole number from "1" to "100"')
    const ids = shaped('mitre-ids', MITRE_IDS, 'must be up to 16 techniques of MITRE ATT&CK, such as "T1496,T1090.003"')
    const mitreTactic = shaped('mitre-tactic', MITRE_TACTIC, 'must be a tactic of MITRE ATT&CK, such as "Command and Control": up to 5 words of letters')
    if (severity === undefined && ids === undefined && mitreTactic === undefined) return undefined
    return {
      ...(severity === undefined ? {} : { severity: Number(severity) }),
      ...(ids === undefined ? {} : { mitreIds: [...new Set(ids.split(/, ?/))] }),
      ...(mitreTactic === undefined ? {} : { mitreTactic }),
    }
  }

  const lookbackMs = lookback()
  const rated = rating()
  return {
    allowEmpty: flag('allow-empty', 'feed'),
    // Adoption concerns the network set alone, and so does a mistake in it (contract V-23).
    adopt: flag('adopt', 'networkSet'),
    match: match(),
    ...(lookbackMs === undefined ? {} : { lookbackMs }),
    ...(rated === undefined ? {} : { rating: rated }),
  }
}
