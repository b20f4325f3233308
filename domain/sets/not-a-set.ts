/** What was read under the name of a set is not the text of one. */
export class NotASet extends Error {
  override readonly name = 'NotASet'
}
