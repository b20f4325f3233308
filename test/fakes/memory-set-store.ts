import type { SetStore } from '../../activities/ports/set-store.ts'
import type { Content } from '../../domain/feed/content.ts'
import { sameVersion, type DocumentVersion } from '../../domain/run/references.ts'

interface Stored {
  readonly version: DocumentVersion
  readonly source: Readonly<Record<string, unknown>>
}

export interface MemorySetStore extends SetStore {
  readonly documents: Map<string, Stored>
  /** Writes as a pusher does: blindly. */
  push(content: Content, name: string, source: Readonly<Record<string, unknown>>): DocumentVersion
  /** Deletes every index and makes it again: numbers begin anew. */
  recreate(): void
  /** How often a set was written through the port. */
  writes(): number
  /** Called before each write through the port: a place for another writer to be first. */
  beforeWrite: () => void
}

const FIELD = { IPSet: 'ips', DomainNameSet: 'domains' } as const

/** Set documents in a map; passes the contract of the real store. */
export function memorySetStore(): MemorySetStore {
  const documents = new Map<string, Stored>()
  let seqNo = -1
  let made = 1
  let written = 0
  const key = (content: Content, name: string) => `${content}/${name}`
  const put = (at: string, source: Readonly<Record<string, unknown>>) => {
    seqNo += 1
    const version = { seqNo, primaryTerm: 1, index: `uuid-${made}` }
    documents.set(at, { version, source })
    return version
  }
  const store: MemorySetStore = {
    documents,
    push: (content, name, source) => put(key(content, name), source),
    recreate() {
      documents.clear()
      seqNo = -1
      made += 1
    },
    writes: () => written,
    beforeWrite: () => undefined,
    async version(content, name) {
      return documents.get(key(content, name))?.version ?? null
    },
    async read(content, name) {
      const found = documents.get(key(content, name))
      if (found === undefined) return null
      return { version: found.version, members: found.source[FIELD[content]], fields: Object.keys(found.source) }
    },
    async write(set, name, expected) {
      store.beforeWrite()
      const at = key(set.content, name)
      if (!sameVersion(documents.get(at)?.version ?? null, expected)) return null
      written += 1
      const text = new TextDecoder().decode(set.text)
      return put(at, { [FIELD[set.content]]: text === '' ? [] : text.split('\n'), created_at: new Date().toISOString() })
    },
    async remove(content, name, expected) {
      const at = key(content, name)
      if (!sameVersion(documents.get(at)?.version ?? null, expected)) return false
      return documents.delete(at)
    },
  }
  return store
}
