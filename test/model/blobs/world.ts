/**
 * A model of one blob, X, and of all who store, name, read and collect it: small enough that every interleaving of their requests is
 * gone through. Each request is one move; a process may end between any two. See docs/architecture.md, "What is left behind".
 */

/** A rule taken away, to see that the model finds what goes wrong without it. */
export type WrongRule =
  | 'what is there is used without touching it'
  | 'a manifest is removed whatever its version'
  | 'chunks are removed before their manifest'
  | 'no grace for blobs'
  | 'no grace for uploads'
  | 'whoever adopted a body removes it if nobody else names it'
  | 'a report does not name the set made'
  | 'an adoption does not name what was in force'
  | 'a manifest is replaced whatever became of it since it was looked at'
  | 'chunks are cleaned up after an answer that was lost'

/** One step of a feed's run, an activity: tried again from its start when its process ends. */
export type Step =
  /** Makes the set X of a body, or takes X from a pushed document. */
  | 'parse X'
  | 'store X'
  /** The run writes its own state. */
  | 'tell'
  | 'parse another'
  | 'store another'
  /** The body is X, byte for byte. */
  | 'pull X'
  /** Adopts what was made of the body X: another set. */
  | 'store what was in X'
  | 'delete'

/** Requests of the steps. */
export type Op =
  | 'find' | 'check' | 'touch'
  | 'upload' | 'find again' | 'check again' | 'touch again' | 'publish' | 'drop own' | 'drop broken' | 'clean up'
  | 'write report' | 'write state' | 'write record'
  | 'remove record' | 'find made' | 'remove made' | 'drop made' | 'remove report' | 'remove state'

export interface Feed {
  readonly script: readonly Step[]
  readonly step: number
  /** The request that comes next; null between two steps, when days may pass. */
  readonly op: Op | null
  /** The manifest as this step last looked at it, and whether its chunks were all there. */
  readonly seen: Manifest | null
  readonly whole: boolean
  readonly upload: number | null
  /** Sequence number of the manifest that the pull of X made. */
  readonly made: number | null
  /** What the run itself knows of X. */
  readonly inForce: boolean
  readonly pending: boolean
  /** Whether its documents name X. */
  readonly state: boolean
  readonly report: boolean
  readonly record: boolean
  /** How often its process may still end in the middle of a step. */
  readonly deaths: number
}

export interface Manifest {
  readonly seq: number
  readonly upload: number
  /** Touched longer ago than the grace. */
  readonly old: boolean
}

export type CollectorOp = 'ask who names it' | 'remove manifest' | 'remove chunks' | 'list uploads' | 'ask which are named' | 'remove strays'

export interface Collector {
  /** null between two rounds. */
  readonly op: CollectorOp | null
  readonly listed: Manifest | null
  readonly uploads: readonly number[]
}

/** Reads X for a search of the first feed. */
export interface Reader {
  readonly op: 'read manifest' | 'read chunks' | null
  readonly seen: Manifest | null
  /** X went out of force while it was read: what is read then matters to nobody. */
  readonly outdated: boolean
}

export interface World {
  readonly seq: number
  readonly uploads: number
  readonly manifest: Manifest | null
  /** Uploads of which the chunks are there, and whether they are older than the grace. */
  readonly chunks: readonly { readonly upload: number; readonly old: boolean }[]
  readonly feeds: readonly Feed[]
  readonly collectors: readonly Collector[]
  readonly reader: Reader | null
  /** A reader found nothing although the set was in force all the while. */
  readonly misread: boolean
  /** How often someone may still delete the chunks of X by hand. */
  readonly losses: number
  readonly lost: boolean
}

export interface Move {
  readonly label: string
  readonly world: World
}

export function feedOf(script: readonly Step[], deaths: number): Feed {
  return {
    script,
    step: 0,
    op: null,
    seen: null,
    whole: false,
    upload: null,
    made: null,
    inForce: false,
    pending: false,
    state: false,
    report: false,
    record: false,
    deaths,
  }
}

export const RESTING: Collector = { op: null, listed: null, uploads: [] }

export function worldOf(feeds: readonly Feed[], { collectors = 1, reads = false, losses = 0 } = {}): World {
  return {
    seq: 0,
    uploads: 0,
    manifest: null,
    chunks: [],
    feeds,
    collectors: Array.from({ length: collectors }, () => RESTING),
    reader: reads ? { op: null, seen: null, outdated: false } : null,
    misread: false,
    losses,
    lost: false,
  }
}

export function hasChunks(world: World, upload: number): boolean {
  return world.chunks.some((chunk) => chunk.upload === upload)
}

export function withoutChunks(world: World, upload: number | undefined): World {
  return { ...world, chunks: world.chunks.filter((chunk) => chunk.upload !== upload) }
}

export function isWhole({ manifest, ...world }: World): boolean {
  return manifest !== null && hasChunks({ manifest, ...world }, manifest.upload)
}

export function isNamed({ feeds }: World): boolean {
  return feeds.some(({ state, report, record }) => state || report || record)
}
