import { describe } from 'vitest'
import { eventReaderContract } from '../adapters/elasticsearch/contracts/event-reader.ts'
import { MemoryEventReader } from './memory-event-reader.ts'

describe('the reader of events in memory', () => {
  eventReaderContract(() => {
    const reader = new MemoryEventReader()
    return Promise.resolve({ reader, add: (events) => Promise.resolve(reader.add(...events)) })
  })
})
