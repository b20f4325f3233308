/** What kind of contact a log shows, as an event rates it. */
export type Contact = 'outbound' | 'inbound' | 'query'

export interface Rating {
  /** 1 to 100, as the events' list sorts by. */
  readonly severity: number
  readonly mitreIds: readonly string[]
  readonly mitreTactic: string
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

/** @param stopped whether a policy denied the flow, or the name did not resolve. */
export function rate(contact: Contact, stopped: boolean): Rating {
  const { through, stopped: less, ...rest } = RATINGS[contact]
  return { severity: stopped ? less : through, ...rest }
}
