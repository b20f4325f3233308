import { describe } from 'vitest'
import { feedApiContract } from '../adapters/kubernetes/contracts/feed-api.ts'
import { networkSetApiContract } from '../adapters/kubernetes/contracts/network-set-api.ts'
import { memoryFeedApi } from './memory-feed-api.ts'
import { memoryNetworkSetApi } from './memory-network-set-api.ts'

describe('the fake network set API', () => networkSetApiContract(memoryNetworkSetApi))
describe('the fake feed API', () =>
  feedApiContract(() => {
    const api = memoryFeedApi()
    return {
      api,
      create: (name, spec) => Promise.resolve(api.put(name, spec)),
      remove: (name) => Promise.resolve(api.delete(name)),
    }
  }))
