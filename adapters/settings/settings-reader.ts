import { formatDuration, parseDuration } from '../../domain/feed/duration.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** One variable of an environment. README's table of settings is made of these. */
export interface Setting {
  readonly name: string
  /** As it would be written; null when there is none. */
  readonly default: string | null
  readonly meaning: string
  /** Its value is never printed. */
  readonly secret?: true
}

/**
 * Reads settings by name, with the defaults of a table, and collects what is wrong; what cannot be read gets a stand-in, since
 * `problems` ends the reading.
 */
export class SettingsReader<Name extends string> {
  readonly problems: string[] = []
  readonly #environment: Environment
  readonly #defaults: ReadonlyMap<string, string | null>

  constructor(environment: Environment, table: readonly (Setting & { readonly name: Name })[]) {
    this.#environment = environment
    this.#defaults = new Map(table.map(({ name, default: value }) => [name, value]))
  }

  /** A value, or undefined when it is absent or empty. */
  text(name: Name): string | undefined {
    const value = this.#environment[name]?.trim()
    return value === '' ? undefined : value
  }

  /** A value or the default of the table. */
  value(name: Name): string {
    return this.text(name) ?? this.#defaults.get(name) ?? ''
  }

  /** Proxies are written in lower case as often; that wins, as in curl. */
  eitherCase(name: Name): string | undefined {
    const lower = this.#environment[name.toLowerCase()]?.trim()
    return lower ? lower : this.text(name)
  }

  /** Milliseconds, with the bounds included. */
  duration(name: Name, min: number, max: number): number {
    const parsed = parseDuration(this.value(name))
    if (!parsed.ok) return this.#wrong(name, parsed.message)
    if (parsed.ms < min || parsed.ms > max) {
      return this.#wrong(name, `is not between ${formatDuration(min)} and ${formatDuration(max)}`)
    }
    return parsed.ms
  }

  integer(name: Name, min: number, max: number): number {
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
