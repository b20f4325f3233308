/** What a log leads to. */
export interface ExpectedEvent {
  readonly feed: string
  /** The address or name that is listed. */
  readonly value: string
}

export interface SampleLog {
  readonly kind: 'flow' | 'dns'
  readonly note: string
  readonly events: readonly ExpectedEvent[]
  readonly doc: Readonly<Record<string, unknown>>
}

/** Reads a file of samples, one a line. @throws with the line number. */
export function readSampleLogs(text: string): readonly SampleLog[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return []
    const sample: unknown = JSON.parse(line)
    if (!isSample(sample)) throw new Error(`line ${at + 1} is no sample: kind, note, events and doc are expected`)
    return [sample]
  })
}

function isSample(value: unknown): value is SampleLog {
  if (typeof value !== 'object' || value === null) return false
  const { kind, events, doc } = value as Partial<SampleLog>
  return (kind === 'flow' || kind === 'dns') && Array.isArray(events) && typeof doc === 'object'
}

/** Epoch seconds in flow logs, RFC 3339 in DNS logs, milliseconds in `@timestamp`. */
const TIMES = ['start_time', 'end_time', '@timestamp', 'generated_time']

/**
 * The samples moved in time as one, so that the newest of them ended at `now`; each keeps its length and its place among the others.
 * Fractions finer than a millisecond go.
 */
export function dateLogs(samples: readonly SampleLog[], now: Date): readonly SampleLog[] {
  const ends = samples.map(({ doc }) => timeOf(doc['end_time'])).filter((time) => time !== null)
  const shift = now.getTime() - Math.max(...ends)
  return samples.map((sample) => ({ ...sample, doc: { ...sample.doc, ...Object.fromEntries(moved(sample.doc, shift)) } }))
}

function moved(doc: SampleLog['doc'], shift: number): readonly (readonly [string, string | number])[] {
  const fields: (readonly [string, string | number])[] = []
  for (const name of TIMES) {
    const value = doc[name]
    const time = timeOf(value)
    if (time === null) continue
    if (typeof value === 'string') fields.push([name, new Date(time + shift).toISOString()])
    else fields.push([name, isSeconds(value) ? Math.floor((time + shift) / 1000) : time + shift])
  }
  return fields
}

function timeOf(value: unknown): number | null {
  if (typeof value === 'number') return isSeconds(value) ? value * 1000 : value
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN
  return Number.isNaN(time) ? null : time
}

/** Seconds since the epoch stay below this until the year 5138, milliseconds passed it in 1973. */
function isSeconds(value: unknown): boolean {
  const BOUNDARY = 100_000_000_000
  return typeof value === 'number' && value < BOUNDARY
}
