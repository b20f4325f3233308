/** Takes one line for people, without its end. */
export type Report = (line: string) => void

/** Runs a step and reports it in one line with the time it took; a long one is announced. */
export async function step<Result>(report: Report, what: string, takes: string | undefined, action: () => Promise<Result>): Promise<Result> {
  if (takes !== undefined) report(`${what}, which takes ${takes} ...`)
  const from = performance.now()
  const result = await action()
  report(`${what} (${seconds(performance.now() - from)})`)
  return result
}

export function seconds(ms: number): string {
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`
}
