/** The two kinds of logs, each searched by the feeds of one content. */
export type Kind = 'flow' | 'dns'
export const KINDS: readonly Kind[] = ['flow', 'dns']

export type Match = 'exact' | 'subdomains'
