import type { Client } from '@elastic/elasticsearch'
import type { SetStore, StoredDocument } from '../../activities/ports/set-store.ts'
import type { Content } from '../../domain/feed/content.ts'
import { setDocument } from '../../domain/sets/set-document.ts'
import { SET_FIELDS } from '../../domain/sets/set-from-values.ts'
import { deleteDocument, readDocument, readVersion, writeDocument } from './documents.ts'
import { indexUuid, type IndexNames } from './indices.ts'

/** Set documents where the reference page has them, so that a pusher and this project meet in one place (contract S-01). */
export function elasticsearchSetStore(client: Client, names: Pick<IndexNames, 'sets'>, now: () => Date = () => new Date()): SetStore {
  const place = (content: Content, name: string) => ({ index: names.sets[content], id: name })
  const uuid = (content: Content, name: string, signal: AbortSignal) => indexUuid(client, names.sets[content], `look at the set of feed ${name}`, signal)
  return {
    async version(content, name, signal) {
      const index = await uuid(content, name, signal)
      const version = index === null ? null : await readVersion(client, place(content, name), `look at the set of feed ${name}`, signal)
      return index === null || version === null ? null : { ...version, index }
    },

    async read(content, name, signal) {
      // The index first: one that is made anew in between gives a version that nothing has, and never one that another document has.
      const index = await uuid(content, name, signal)
      const found = index === null ? null : await readDocument(client, place(content, name), `read the set of feed ${name}`, signal)
      if (index === null || found === null) return null
      return { version: { ...found.version, index }, ...fieldsOf(found.source, SET_FIELDS[content]) }
    },

    async write(set, name, expected, signal) {
      const before = await uuid(set.content, name, signal)
      if (expected !== null && expected.index !== before) return null
      const json = setDocument(set, { created_at: now().toISOString() })
      const written = await writeDocument(client, place(set.content, name), { json }, expected, `write the set of feed ${name}`, signal)
      const index = before ?? (await uuid(set.content, name, signal))
      return written === null || index === null ? null : { ...written, index }
    },

    async remove(content, name, expected, signal) {
      if ((await uuid(content, name, signal)) !== expected.index) return false
      return deleteDocument(client, place(content, name), expected, `remove the set of feed ${name}`, signal)
    },
  }
}

function fieldsOf(source: unknown, field: string): Omit<StoredDocument, 'version'> {
  if (typeof source !== 'object' || source === null) return { members: undefined, fields: [] }
  const fields = new Map<string, unknown>(Object.entries(source))
  return { members: fields.get(field), fields: [...fields.keys()] }
}
