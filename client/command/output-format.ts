/**
 * Whether a command line asks for JSON, by the last `-o` or `--output` in it. Commander would say so only of one that it has read to its end, and what is
 * wrong with one is JSON too.
 */
export function asksForJson(argv: readonly string[]): boolean {
  const formats = argv.flatMap((argument, at) => {
    if (argument === '-o' || argument === '--output') return [argv[at + 1]]
    const [, joined] = /^(?:--output=|-o)(.+)$/.exec(argument) ?? []
    return joined === undefined ? [] : [joined]
  })
  return formats.at(-1) === 'json'
}
