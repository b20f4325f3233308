import { formatDuration, parseDuration } from '../domain/feed/duration.ts'
import { SETTINGS, type SettingName } from './settings.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Everything that is wrong with an environment, in one error. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`the settings do not fit:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.problems = problems
  }
}

/** Reads settings by name and collects what is wrong; what cannot be read gets a stand-in, since `problems` ends the reading. */
export class SettingsReader {
  readonly problems: string[] = []
  readonly #environment: Environment

  constructor(environment: Environment) {
    this.#environment = environment
  }

  /** A value, or undefined when it is absent or empty. */
  text(name: SettingName): string | undefined {
    const value = this.#environment[name]?.trim()
    return value === '' ? undefined : value
  }

  /** A value or the default of the table. */
  value(name: SettingName): string {
    return this.text(name) ?? SETTINGS.find((setting) => setting.name === name)?.default ?? ''
  }

  /** Proxies are written in lower case as often; that wins, as in curl. */
  eitherCase(name: SettingName): string | undefined {
    const lower = this.#environment[name.toLowerCase()]?.trim()
    return lower ? lower : this.text(name)
  }

  duration(name: SettingName, min: number, max: number): number {
    const parsed = parseDuration(this.value(name))
    if (!parsed.ok) return this.#wrong(name, parsed.message)
    if (parsed.ms < min || parsed.ms > max) {
      return this.#wrong(name, `is not between ${formatDuration(min)} and ${formatDuration(max)}`)
    }
    return parsed.ms
  }

  integer(name: SettingName, min: number, max: number): number {
    const text = this.value(name)
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    return number >= min && number <= max ? number : this.#wrong(name, `is not a whole number from ${min} to ${max}`)
  }

  /** Adds a problem; the value itself is not repeated, since it may be a secret. */
  problem(name: string, message: string): void {
    this.problems.push(`${name} ${message}`)
  }

  #wrong(name: string, message: string): number {
    this.problem(name, message)
    return 0
  }
}
