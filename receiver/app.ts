import { Hono } from 'hono'
import { Problem } from './problem.ts'
import { receiveSet } from './receive-set.ts'
import { SetDocuments } from './set-documents.ts'
import type { ReceiverSettings } from './settings.ts'
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
  const parts = { feeds, limits, now, documents: new SetDocuments(settings.store), turns: new Turns(limits.pushes) }
  const app = new Hono()
  app.post('/feeds/:name/set', (context) => receiveSet(context.req.raw, context.req.param('name'), parts))
  app.all('/feeds/:name/set', ({ req }) => {
    throw new Problem('method-not-allowed', `this path takes POST, found ${req.method.slice(0, 16)}`, { headers: { allow: 'POST' } })
  })
  app.notFound(() => new Problem('not-found', 'POST /feeds/NAME/set is what there is').response())
  app.onError((error) => {
    if (error instanceof Problem) return error.response()
    // Its message may hold anything.
    log(`a request failed with ${error.name}`)
    return new Problem('unexpected', 'the fault is not the request’s; its log says more').response()
  })
  return app
}
