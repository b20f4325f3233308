/** A security event as it lies in the store. */
export interface FoundEvent {
  readonly id: string
  /** Its `generated_time`, milliseconds since the epoch. */
  readonly foundAt: number
  /** As it is stored: its fields are those of the contract, section 8, where it was written here, and may be anything else. */
  readonly document: Readonly<Record<string, unknown>>
}

/** The types of events that feeds lead to (contract E-01): others may lie in the same index. */
export const EVENT_TYPES = ['gtf_suspicious_flow', 'gtf_suspicious_dns_query'] as const
