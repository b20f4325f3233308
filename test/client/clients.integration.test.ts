import { afterAll, describe, inject } from 'vitest'
import { readConfig } from '../../client/config.ts'
import { connect, type ConnectedClient } from '../../client/connect.ts'
import { EdgeClient } from '../../client/edge.ts'
import { setStage } from '../end-to-end/stage.ts'
import { clientContract, type Scene } from './contracts/feed-client.ts'

let scene: Scene
let client: ConnectedClient
setStage(
  (stage) => {
    scene = stage
    client = connect(readConfig(stage.cluster.env, {}))
  },
  { clear: 'all' },
)
afterAll(() => client.close())

const soon = (): AbortSignal => AbortSignal.timeout(90_000)

describe('FeedClient, on real servers', () => {
  clientContract(
    'grpc',
    () => scene,
    () => ({
      start: (name) => client.feeds.start(name, soon()),
      cancel: (name) => client.feeds.cancel(name, soon()),
      refresh: (name, wait) => client.feeds.refresh(name, { wait }, soon()),
      list: () => client.feeds.list(soon()),
      describe: (name) => client.feeds.describe(name, soon()),
    }),
  )
})

describe('EdgeClient in Node, on real servers', () => {
  clientContract(
    'edge',
    () => scene,
    () => {
      const edge = new EdgeClient({ url: inject('temporalHttpUrl'), cluster: scene.cluster.name })
      return {
        start: (name) => edge.start(name, soon()),
        cancel: (name) => edge.cancel(name, soon()),
        refresh: (name, wait) => edge.refresh(name, { wait }, soon()),
        list: () => edge.list(soon()),
        describe: (name) => edge.describe(name, soon()),
      }
    },
  )
})
