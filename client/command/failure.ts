import { CommanderError } from 'commander'
import { FeedFailure } from '../../domain/failure.ts'
import { ClientError } from '../client-error.ts'
import type { ClientErrorCode } from '../client-error.ts'
import { printable } from './table.ts'

export interface CommandFailure {
  readonly code: ClientErrorCode
  readonly message: string
}

/** A message longer than this is a body or a stack: its beginning says enough. */
const LONGEST_MESSAGE = 500

/** Any error as one sentence and a code, never a stack. */
export function commandFailure(error: unknown): CommandFailure {
  if (error instanceof ClientError) return { code: error.code, message: oneLine(error.message) }
  if (error instanceof CommanderError) return { code: 'invalid', message: oneLine(error.message.replace(/^error: /, '')) }
  if (error instanceof FeedFailure) return { code: feedFailureCode(error), message: oneLine(error.message) }
  if (error instanceof Error && error.name === 'TimeoutError') return { code: 'unreachable', message: 'no answer in time: are the servers up?' }
  if (error instanceof Error && error.name === 'AbortError') return { code: 'failed', message: 'interrupted' }
  const text = error instanceof Error ? `${error.name}: ${error.message.split('\n')[0] ?? ''}` : 'something that is no error was thrown'
  return { code: 'failed', message: oneLine(`unexpected failure, ${text}`) }
}

function feedFailureCode({ code, failureClass }: FeedFailure): ClientErrorCode {
  if (code === 'InvalidSpec') return 'invalid'
  return failureClass === 'user' ? 'failed' : 'unreachable'
}

function oneLine(text: string): string {
  const line = printable(text)
  return line.length > LONGEST_MESSAGE ? `${line.slice(0, LONGEST_MESSAGE - 1)}…` : line
}
