/** A security event ready to be written (contract E-01, E-02). */
export interface SecurityEvent {
  /** A function of the feed's name and the log's id (contract E-03). */
  readonly id: string
  readonly document: Readonly<Record<string, unknown>>
}
