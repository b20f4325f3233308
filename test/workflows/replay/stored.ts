import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { History } from '@temporalio/common/lib/proto-utils.js'
import proto from '@temporalio/proto'

/** Every run of one workflow, from the first on. */
export interface Life {
  /** Slots hang on it: under another id a run is another run. */
  readonly workflowId: string
  readonly histories: readonly History[]
}

const { History: Message } = proto.temporal.api.history.v1
const FOLDER = fileURLToPath(new URL('../histories/', import.meta.url))
/** A run's history as Temporal's own message, compressed: its JSON is ten times as long, and needs one protobufjs for all of Temporal's packages. */
const ENDING = '.pb.gz'

/** Versions of this package whose histories are stored, and what a version was before a change of it that an older run has to be told from. */
export function storedVersions(): readonly string[] {
  return readdirSync(FOLDER).sort()
}

/** The lives recorded with a version, by the name of their scene. */
export function storedLives(version: string): ReadonlyMap<string, Life> {
  const folder = join(FOLDER, version)
  const lives = new Map<string, Life>()
  for (const file of readdirSync(folder).sort()) {
    const scene = file.slice(0, file.lastIndexOf('.', file.length - ENDING.length - 1))
    const history = Message.decode(gunzipSync(readFileSync(join(folder, file))))
    const workflowId = history.events[0]?.workflowExecutionStartedEventAttributes?.workflowId ?? ''
    lives.set(scene, { workflowId, histories: [...(lives.get(scene)?.histories ?? []), history] })
  }
  return lives
}

/** Puts the lives of a version in place of those that were recorded with it before. */
export function storeLives(version: string, lives: ReadonlyMap<string, Life>): void {
  const folder = join(FOLDER, version)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  for (const [scene, { histories }] of lives) {
    for (const [index, history] of histories.entries()) {
      const file = `${scene}.${String(index + 1).padStart(3, '0')}${ENDING}`
      writeFileSync(join(folder, file), gzipSync(bytesOf(history), { level: 9 }))
    }
  }
}

/** Payloads are JSON text in it, so that it can be searched for what it must not hold. */
export function bytesOf(history: History): Buffer {
  withoutStacks(history)
  return Buffer.from(Message.encode(history).finish())
}

/** What a failure's stack names are files of the machine that recorded it; a replay does not read it. */
function withoutStacks(value: unknown): void {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return
  if ('stackTrace' in value) value.stackTrace = ''
  for (const inner of Object.values(value)) withoutStacks(inner)
}
