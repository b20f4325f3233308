import { describe } from 'vitest'
import { blobStoreContract } from '../adapters/elasticsearch/contracts/blob-store.ts'
import { setStoreContract } from '../adapters/elasticsearch/contracts/set-store.ts'
import { stateStoreContract } from '../adapters/elasticsearch/contracts/state-store.ts'
import { memoryBlobStore } from './memory-blob-store.ts'
import { memorySetStore } from './memory-set-store.ts'
import { memoryPullRecords, memoryRejectionReports, memoryStateIndex, memoryStateStore } from './memory-state-store.ts'

describe('the fake blob store', () => blobStoreContract(memoryBlobStore))
describe('the fake set store', () => setStoreContract(memorySetStore))
describe('the fake state index', () =>
  stateStoreContract(() => {
    const index = memoryStateIndex()
    return {
      states: memoryStateStore(index),
      otherProcess: memoryStateStore(index),
      pulls: memoryPullRecords(index),
      reports: memoryRejectionReports(index),
    }
  }))
