/** What kind of contact a log shows, as an event rates it. */
export type Contact = 'outbound' | 'inbound' | 'query'

export interface Rating {
  /** 1 to 100, as the events' list sorts by. */
  readonly severity: number
  readonly mitreIds: readonly string[] | undefined
  readonly mitreTactic: string | undefined
  readonly mitigations: readonly string[]
}

/**
 * How an event is rated (documented in docs/behaviour.md; contract E-02). A pod that reaches out to a listed address or name may be
 * under its command, which weighs more than a listed address that knocks; what a policy denied, or a name that does not exist,
 * weighs less, and is worth a look all the same. Ids are those of MITRE ATT&CK: T1071 application layer protocol, T1071.004 DNS,
 * T1190 exploit of a public-facing application.
 */
const RATINGS: Readonly<Record<Contact, { readonly through: number; readonly stopped: number } & Omit<Rating, 'severity'>>> = {
  outbound: {
    through: 80,
    stopped: 60,
    mitreIds: ['T1071'],
    mitreTactic: 'Command and Control',
    mitigations: ['Find out which process of the workload connects there, and whether the workload is meant to.', 'Deny egress to the feed’s network set.'],
  },
  inbound: {
    through: 60,
    stopped: 40,
    mitreIds: ['T1190'],
    mitreTactic: 'Initial Access',
    mitigations: ['Check whether the workload is meant to be reachable from outside the cluster.', 'Deny ingress from the feed’s network set.'],
  },
  query: {
    through: 70,
    stopped: 50,
    mitreIds: ['T1071.004'],
    mitreTactic: 'Command and Control',
    mitigations: ['Find out which process of the workload asks for the name, and whether the workload is meant to.', 'Deny egress to the name by policy.'],
  },
}

/** What a feed's annotations say in place of the table (contract V-21); what is absent is the table's. */
export interface FeedRating {
  /** 1 to 100, of every event of the feed. */
  readonly severity?: number
  /** Techniques of MITRE ATT&CK, such as `T1496` or `T1090.003`. */
  readonly mitreIds?: readonly string[]
  /** A tactic of MITRE ATT&CK, such as `Command and Control`. */
  readonly mitreTactic?: string
}

/**
 * @param stopped whether a policy denied the flow, or the name did not resolve.
 * @param feed what the feed says of itself. Techniques and tactic belong together: where it names one of the two, the other is not the table's.
 */
export function rate(contact: Contact, stopped: boolean, feed: FeedRating = {}): Rating {
  const { through, stopped: less, mitreIds, mitreTactic, mitigations } = RATINGS[contact]
  const mitre = feed.mitreIds === undefined && feed.mitreTactic === undefined ? { mitreIds, mitreTactic } : { mitreIds: feed.mitreIds, mitreTactic: feed.mitreTactic }
  return { severity: feed.severity ?? (stopped ? less : through), ...mitre, mitigations }
}
