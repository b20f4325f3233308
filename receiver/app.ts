import { Hono } from 'hono'
import { Problem } from './problem.ts'
import { receiveSet } from './receive-set.ts'
import { nobody, REFRESHES, refreshFeed } from './refresh-feed.ts'
import { SetDocuments } from './set-documents.ts'
import type { ReceiverSettings } from './settings.ts'
import { temporalRefresh } from './temporal-refresh.ts'
import { Turns } from './turns.ts'

export interface ReceiverOptions {
  /** A line for whoever runs it. It holds nothing of a request. */
  readonly log: (line: string) => void
  /** @default the machine's clock */
  readonly now?: () => Date
}

/** The receiver as an app of web standards: what a runtime's own server hands its requests to (docs/receiver.md). */
export function receiver(settings: ReceiverSettings, { log, now = () => new Date() }: ReceiverOptions): Hono {
  const { feeds, limits } = settings
  const pushes = { feeds, limits, now, documents: new SetDocuments(settings.store), turns: new Turns(limits.pushes) }
  const refreshes = { feeds, limits, now, refresh: settings.temporal === null ? nobody : temporalRefresh(settings.temporal), turns: new Turns(REFRESHES) }
  const app = new Hono()
  app.post('/feeds/:name/set', (context) => receiveSet(context.req.raw, context.req.param('name'), pushes))
  app.post('/feeds/:name/refresh', (context) => refreshFeed(context.req.raw, context.req.param('name'), refreshes))
  for (const path of ['/feeds/:name/set', '/feeds/:name/refresh']) app.all(path, ({ req }) => {
    throw new Problem('method-not-allowed', `this path takes POST, found ${req.method.slice(0, 16)}`, { headers: { allow: 'POST' } })
  })
  app.notFound(() => new Problem('not-found', 'POST /feeds/NAME/set and POST /feeds/NAME/refresh are what there is').response())
  app.onError((error) => {
    if (error instanceof Problem) return error.response()
    // Its message may hold anything.
    log(`a request failed with ${error.name}`)
    return new Problem('unexpected', 'the fault is not the request’s; its log says more').response()
  })
  return app
}
