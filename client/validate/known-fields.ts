/** Fields that the kind has; `any` is a map of a user's own keys, or a value. */
export type KnownFields = { readonly [field: string]: KnownFields | 'any' | readonly [item: KnownFields] }

const REFERENCE: KnownFields = { name: 'any', key: 'any', optional: 'any' }

const SPEC: KnownFields = {
  content: 'any',
  mode: 'any',
  description: 'any',
  feedType: 'any',
  globalNetworkSet: { labels: 'any' },
  pull: {
    period: 'any',
    http: {
      url: 'any',
      format: {
        newlineDelimited: {},
        json: { path: 'any' },
        csv: {
          fieldNum: 'any',
          fieldName: 'any',
          header: 'any',
          columnDelimiter: 'any',
          commentDelimiter: 'any',
          recordSize: 'any',
          disableRecordSizeValidation: 'any',
        },
      },
      headers: [{ name: 'any', value: 'any', valueFrom: { configMapKeyRef: REFERENCE, secretKeyRef: REFERENCE } }],
    },
  },
}

/** Of every object of Kubernetes (ObjectMeta); what the API server fills in stands in a feed that was read from it. */
const METADATA = Object.fromEntries(
  (
    'name generateName namespace labels annotations finalizers ownerReferences uid resourceVersion generation ' +
    'creationTimestamp deletionTimestamp deletionGracePeriodSeconds managedFields selfLink'
  )
    .split(' ')
    .map((name) => [name, 'any' as const]),
)

/** A GlobalThreatFeed (contract V-01 to V-15). An API server drops any other field without a word, or refuses the object. */
export const FEED_FIELDS: KnownFields = { apiVersion: 'any', kind: 'any', metadata: METADATA, spec: SPEC, status: 'any' }
