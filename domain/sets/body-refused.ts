/** Ends the reading of a body from wherever it is; whoever began the reading turns it into a result. Its message is for people. */
export class BodyRefused extends Error {
  override readonly name = 'BodyRefused'
}
