import type { LogKind } from '../../domain/feed/content.ts'
import type { LogWindow } from '../../domain/search/window.ts'

/** The windows of a cluster, numbered by kind (docs/architecture.md, "Searching"). */
export interface WindowStore {
  /** The newest by realtime reads, or null before the first. */
  newest(kind: LogKind, signal: AbortSignal): Promise<LogWindow | null>
  read(kind: LogKind, number: number, signal: AbortSignal): Promise<LogWindow | null>
  /** The newest kept one whose number is below this. */
  older(kind: LogKind, number: number, signal: AbortSignal): Promise<LogWindow | null>
  /** Create-only. @returns false when another worker wrote this number first. */
  create(window: LogWindow, signal: AbortSignal): Promise<boolean>
  /** Removes windows cut longer ago than this, thinned but for the newest. */
  prune(kind: LogKind, olderThan: Date, signal: AbortSignal): Promise<void>
}
