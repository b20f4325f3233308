import type { LogWindow, WindowCursor } from './window.ts'

/**
 * A window's id names the chain it belongs to and then itself. Windows that were lost and cut anew from the first one are another
 * chain, in which an older number may have been cut later than a cursor of the old chain: only within one chain is an older window a
 * place to start from.
 */
export function windowId(chain: string, random: string): string {
  return `${chain}.${random}`
}

export function chainOf(id: string): string {
  return id.split('.', 1)[0] ?? id
}

/** Where a feed starts whose window is not kept: at `older`, the newest kept one below it, if that is of its chain; else at zero (null). */
export function restartFrom(cursor: WindowCursor, older: LogWindow | null): LogWindow | null {
  return older !== null && chainOf(older.id) === chainOf(cursor.id) ? older : null
}
