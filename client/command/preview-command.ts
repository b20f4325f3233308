import { type Command, InvalidArgumentError, Option } from 'commander'
import { CONTENTS } from '../../domain/feed/content.ts'
import { ClientError } from '../client-error.ts'
import type { Environment } from '../config.ts'
import { previewSettings } from '../preview/http-settings.ts'
import { previewFeed, type PreviewResult } from '../preview/preview-feed.ts'
import { feedOfOptions, type FormatOptions, readFeedFile, readSource } from '../preview/read-input.ts'
import { readInput } from './read-input.ts'

export interface PreviewContext {
  readonly environment: Environment
  readonly stdin: AsyncIterable<Uint8Array>
  readonly version: string
}

interface PreviewOptions extends FormatOptions {
  readonly file?: string
  readonly feed?: string
}

/** Options that say what a feed file says. */
const FORMAT_OPTIONS = ['content', 'jsonPath', 'csvFieldNum', 'csvFieldName', 'csvHeader', 'csvDelimiter', 'csvComment', 'allowEmpty'] as const

/** Adds `preview` to its command; `act` runs it and prints what it gives. */
export function definePreview(command: Command, context: PreviewContext, act: (run: (signal: AbortSignal) => Promise<PreviewResult>) => Promise<void>): void {
  command
    .argument('[source]', 'a file, - for standard input, or a url; else the url of the feed')
    .option('-f, --file <file>', 'a YAML or JSON file with the feed; - reads standard input')
    .option('--feed <name>', 'which feed of the file, where it has several')
    .addOption(new Option('--content <content>', 'what is listed, where there is no feed file (default: "IPSet")').choices([...CONTENTS]))
    .option('--json-path <path>', 'read json, and take what this path leads to')
    .option('--csv-field-num <number>', 'read csv, and take this column, from 0', wholeNumber)
    .option('--csv-field-name <name>', 'read csv, and take the column of this name')
    .option('--csv-header', 'csv: the first record names the columns')
    .option('--csv-delimiter <character>', 'csv: what stands between columns; \\t for a tab', character)
    .option('--csv-comment <character>', 'csv: what begins a comment', character)
    .option('--allow-empty', 'take a list without entries')
    .action(async (argument: string | undefined, options: PreviewOptions) => {
      const input = await readArguments(argument, options, context.stdin)
      const settings = previewSettings(context.environment)
      const parts = { settings, userAgent: `threatfeed/${context.version}`, stdin: context.stdin, now: () => performance.now() }
      await act((signal) => previewFeed(input, parts, signal))
    })
}

async function readArguments(argument: string | undefined, { file, feed: name, ...format }: PreviewOptions, stdin: AsyncIterable<Uint8Array>) {
  const source = argument === undefined ? null : readSource(argument)
  if (file === undefined) {
    if (source === null) throw new ClientError('invalid', 'give a FILE or URL to preview, or -f FEED.YAML')
    if (name !== undefined) throw new ClientError('invalid', '--feed says which feed of -f FEED.YAML, and there is none')
    return { feed: feedOfOptions(format), named: false, source }
  }
  const doubled = FORMAT_OPTIONS.find((option) => format[option] !== undefined)
  if (doubled !== undefined) {
    throw new ClientError('invalid', `--${doubled.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} and -f both say how to read the list: give one of them`)
  }
  if (file === '-' && source?.kind === 'stdin') throw new ClientError('invalid', 'standard input cannot be both the feed and its list')
  return { feed: readFeedFile(await readInput(file, stdin), name), named: true, source }
}

function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('Expected a whole number; columns count from 0.')
  return Number(value)
}

function character(value: string): string {
  return value === '\\t' ? '\t' : value
}
