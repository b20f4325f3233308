/** What a feed lists (contract V-01). */
export const CONTENTS = ['IPSet', 'DomainNameSet'] as const
/** What a feed lists: addresses and prefixes, or domain names (contract V-01). */
export type Content = (typeof CONTENTS)[number]

/** The logs in which members of a content are looked for (contract ). */
export type LogKind = 'flow' | 'dns'

export function logKindOf(content: Content): LogKind {
  return content === 'IPSet' ? 'flow' : 'dns'
}
