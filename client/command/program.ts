import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { bind } from '../../adapters/bound.ts'
import { ClientError, type ClientErrorCode } from '../client-error.ts'
import type { EventsQuery, FeedClient } from '../feed-client.ts'
import type { Environment } from '../config.ts'
import type { FollowOptions } from '../follow-events.ts'
import { readManifests, type FeedManifest } from '../manifest.ts'
import type { StartResult } from '../results.ts'
import { validate } from '../validate/validate.ts'
import { EXIT_CODES } from './exit-codes.ts'
import { commandFailure } from './failure.ts'
import { defineEvents } from './events-command.ts'
import { asksForJson } from './output-format.ts'
import { definePreview } from './preview-command.ts'
import { printDescription } from './print-description.ts'
import { eventPrinter, printEvents } from './print-events.ts'
import { printList } from './print-list.ts'
import { printPreview } from './print-preview.ts'
import { printCancelled, printRefreshed, printStarted } from './print-results.ts'
import { printValidation } from './print-validation.ts'
import { readInput } from './read-input.ts'

export interface CommandContext {
  /** Opens the client for one request; what it throws is reported like any failure. */
  readonly withClient: <T>(use: (client: FeedClient) => Promise<T>) => Promise<T>
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal
  readonly version: string
  /** Settings by which a preview pulls. @default none: the defaults hold */
  readonly environment?: Environment
  /** @default empty */
  readonly stdin?: AsyncIterable<Uint8Array>
}

/** A listing of a thousand feeds takes a second or two; without an answer in thirty the servers are away. */
const REQUEST_TIMEOUT_S = 30
/** An attempt may take 5 minutes (contract P-07), and its search and network set some more. */
const WAIT_TIMEOUT_S = 600
/** What runs when a feed is cancelled has ten minutes at most; two are what people wait for. */
const CANCEL_TIMEOUT_S = 120

/** Runs one command line. @returns its exit code (client/command/exit-codes.ts). */
export async function runCommand(argv: readonly string[], context: CommandContext): Promise<number> {
  const json = asksForJson(argv)
  let code: number = EXIT_CODES.ok
  const print: Print = (result, text, failure) => {
    context.out(json ? JSON.stringify(result, null, 2) : text(result))
    if (failure !== null) code = EXIT_CODES[failure]
  }
  const act: Act = async (seconds, request, text, failed = () => false) => {
    const signal = AbortSignal.any([context.signal, AbortSignal.timeout(seconds * 1000)])
    const result = await context.withClient((client) => request(client, signal))
    print(result, text, failed(result) ? 'failed' : null)
  }
  const follow: Follow = async (options) => {
    const lines = eventPrinter()
    await context.withClient(async (client) => {
      for await (const events of client.followEvents(options, context.signal)) {
        context.out(json ? events.map((event) => JSON.stringify(event)).join('\n') : lines(events))
      }
    })
  }
  const explain = (text: string): void => {
    if (!json) context.err(text.trimEnd())
  }
  try {
    await program(act, print, follow, context, explain).parseAsync(argv, { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT_CODES.ok
    const failure = commandFailure(error)
    if (json) context.err(JSON.stringify({ error: failure }))
    // Commander has explained its own by now.
    else if (!(error instanceof CommanderError)) context.err(`threatfeed: ${failure.message}`)
    return EXIT_CODES[failure.code]
  }
}

type Request<T> = (client: FeedClient, signal: AbortSignal) => Promise<T>
type Print = <T>(result: T, text: (result: T) => string, failure: ClientErrorCode | null) => void
type Act = <T>(seconds: number, request: Request<T>, text: (result: T) => string, failed?: (result: T) => boolean) => Promise<void>

type Follow = (options: FollowOptions) => Promise<void>

function program(act: Act, print: Print, follow: Follow, context: CommandContext, explain: (text: string) => void): Command {
  const { out, version, environment = {}, stdin = nothing() } = context
  const root = new Command('threatfeed')
    .description('Starts, stops, shows and checks the threat feeds of a cluster.')
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: (text) => out(text.trimEnd()), writeErr: explain })
    .showHelpAfterError('(threatfeed --help shows the commands)')
    .addHelpText('after', `\n${EXIT_CODE_HELP}`)
  const add = (usage: string, description: string): Command =>
    root
      .command(usage)
      .description(description)
      .addOption(new Option('-o, --output <format>', 'how to print the result').choices(['text', 'json']).default('text'))

  const applyEach = async (manifests: readonly FeedManifest[]): Promise<void> => {
    const started: StartResult[] = []
    try {
      await context.withClient(async (client) => {
        for (const manifest of manifests) {
          // Each is a request of its own: a file may hold hundreds.
          const { signal, release } = bind(context.signal, REQUEST_TIMEOUT_S * 1000)
          started.push(await client.apply(manifest, signal).finally(release))
        }
      })
    } finally {
      // What was started stays so when a later one fails.
      if (started.length > 0) print(started, printStarted, null)
    }
  }
  add('start', 'create or enable a feed, and make its run start now')
    .argument('[name]', 'an existing feed', feedName)
    .option('-f, --file <file>', 'a YAML or JSON file of feeds to create or change; - reads standard input')
    .action(async (name: string | undefined, { file }: { readonly file?: string }) => {
      if ((name === undefined) === (file === undefined)) throw new ClientError('invalid', 'give either the NAME of a feed or -f FILE')
      if (name !== undefined) await act(REQUEST_TIMEOUT_S, async (client, signal) => [await client.start(name, signal)], printStarted)
      if (file !== undefined) await applyEach(readManifests(await readInput(file, stdin)))
    })

  add('cancel', "cancel a feed's run, which disables the feed; returns when it has ended")
    .argument('<name>', 'the feed', feedName)
    .addOption(new Option('--timeout <seconds>', 'how long to wait for the end').argParser(seconds).default(CANCEL_TIMEOUT_S))
    .action((name: string, { timeout }: { readonly timeout: number }) =>
      act(timeout, (client, signal) => client.cancel(name, signal), printCancelled),
    )

  add('refresh', 'pull a feed now, or read its pushed document now')
    .argument('<name>', 'the feed', feedName)
    .option('-w, --wait', 'wait for what comes of it; a failed attempt then is a failed command', false)
    .addOption(new Option('--timeout <seconds>', 'how long to wait').argParser(seconds).default(WAIT_TIMEOUT_S))
    .action((name: string, { wait, timeout }: { readonly wait: boolean; readonly timeout: number }) =>
      act(
        wait ? timeout : REQUEST_TIMEOUT_S,
        (client, signal) => client.refresh(name, { wait }, signal),
        printRefreshed,
        ({ outcome }) => outcome === 'failed' || outcome === 'invalid',
      ),
    )

  add('list', 'list the feeds of the cluster').action(() => act(REQUEST_TIMEOUT_S, (client, signal) => client.list(signal), printList))

  add('describe', 'show all that is known of a feed')
    .argument('<name>', 'the feed', feedName)
    .action((name: string) => act(REQUEST_TIMEOUT_S, (client, signal) => client.describe(name, signal), printDescription))

  const list = (query: EventsQuery): Promise<void> => act(REQUEST_TIMEOUT_S, (client, signal) => client.events(query, signal), (events) => printEvents(events, query.limit))
  defineEvents(add('events', 'show the security events that feeds led to, newest last'), { list, follow }, feedName)

  definePreview(add('preview', 'show what a list would give, without any server'), { environment, stdin, version }, async (run) => {
    const result = await run(context.signal)
    print(result, printPreview, result.refused === null ? null : 'failed')
  })

  add('validate', 'check the feeds of a file, each problem with its line, without any server')
    .requiredOption('-f, --file <file>', 'a YAML or JSON file of feeds; - reads standard input')
    .action(async ({ file }: { readonly file: string }) => {
      const result = validate(await readInput(file, stdin))
      print(result, (found) => printValidation(file, found), result.valid ? null : 'invalid')
    })
  return root
}

const EXIT_CODE_HELP = `Exit codes: ${Object.entries(EXIT_CODES)
  .map(([what, code]) => `${code} ${what}`)
  .join(', ')}.
Servers are found by TEMPORAL_ADDRESS, KUBECONFIG and ELASTICSEARCH_URL, or else are those of \`npm run local -- up\`.`

/** Names of the API (contract V-16), so that a typo is no request. */
function feedName(value: string): string {
  const LONGEST = 230
  if (value.length > LONGEST || !/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(value)) {
    throw new InvalidArgumentError(`A feed's name has lower-case letters, digits, - and ., and at most ${LONGEST} characters.`)
  }
  return value
}

function seconds(value: string): number {
  const LONGEST = 86_400
  const number = Number(value)
  if (!Number.isInteger(number) || number < 1 || number > LONGEST) throw new InvalidArgumentError(`Expected 1 to ${LONGEST} whole seconds.`)
  return number
}

async function* nothing(): AsyncGenerator<Uint8Array, void, undefined> {
  // No bytes.
}
