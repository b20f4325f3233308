import type { Problem } from './feed.ts'
import { found, kindOf } from './quote.ts'

type Values = Readonly<Record<string, unknown>>

function isObject(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * One object of an untyped resource, read field by field. What does not fit is noted as a problem with the field's path and read as
 * absent; null is absent, as the API server has it. Reading never throws.
 */
export class Fields {
  readonly path: string
  readonly #values: Values
  readonly #problems: Problem[]
  readonly #scope: Problem['scope']

  constructor(value: unknown, path: string, problems: Problem[], scope: Problem['scope'] = 'feed') {
    this.path = path
    this.#problems = problems
    this.#scope = scope
    this.#values = isObject(value) ? value : {}
  }

  at(key: string): string {
    return this.path === '' ? key : `${this.path}.${key}`
  }

  /** Notes a problem of a field of this object; its message completes the sentence that begins with the field's name. */
  refuse(key: string, message: string, scope = this.#scope): void {
    this.#problems.push({ field: this.at(key), message, scope })
  }

  /** Notes a problem of this object as a whole. */
  refuseSelf(message: string): void {
    this.#problems.push({ field: this.path, message, scope: this.#scope })
  }

  /** Whether nothing at or below this object has been refused so far. */
  get sound(): boolean {
    const below = [`${this.path}.`, `${this.path}[`]
    return !this.#problems.some(({ field }) => field === this.path || below.some((start) => field.startsWith(start)))
  }

  raw(key: string): unknown {
    return Object.hasOwn(this.#values, key) ? (this.#values[key] ?? undefined) : undefined
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined
  }

  keys(): readonly string[] {
    return Object.keys(this.#values)
  }

  /** A text; of anything else only the kind is told, since it may be a secret in the wrong shape. */
  text(key: string): string | undefined {
    const value = this.raw(key)
    if (value === undefined || typeof value === 'string') return value
    this.refuse(key, `must be a text, found ${kindOf(value)}`)
    return undefined
  }

  choice<T extends string>(key: string, allowed: readonly T[], fallback: T): T {
    const value = this.raw(key)
    if (value === undefined) return fallback
    const known = allowed.find((one) => one === value)
    if (known === undefined) this.refuse(key, `must be ${allowed.join(' or ')}, found ${found(value)}`)
    return known ?? fallback
  }

  flag(key: string): boolean {
    const value = this.raw(key)
    if (value !== undefined && typeof value !== 'boolean') this.refuse(key, `must be true or false, found ${found(value)}`)
    return value === true
  }

  /** A whole number of at least `minimum`. */
  count(key: string, minimum: number): number | undefined {
    const value = this.raw(key)
    if (value === undefined) return undefined
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= minimum) return value
    this.refuse(key, `must be a whole number of at least ${minimum}, found ${found(value)}`)
    return undefined
  }

  child(key: string, scope = this.#scope): Fields | undefined {
    const value = this.raw(key)
    if (value === undefined) return undefined
    if (!isObject(value)) {
      this.refuse(key, `must be an object, found ${kindOf(value)}`, scope)
      return undefined
    }
    return new Fields(value, this.at(key), this.#problems, scope)
  }

  /** The objects of a list of at most `most`; a longer list is refused as a whole, so that its problems stay few. */
  items(key: string, most: number): readonly Fields[] {
    const value = this.raw(key)
    if (value === undefined) return []
    if (!Array.isArray(value)) {
      this.refuse(key, `must be a list, found ${kindOf(value)}`)
      return []
    }
    if (value.length > most) {
      this.refuse(key, `must have at most ${most} items, found ${value.length}`)
      return []
    }
    return value.flatMap((item: unknown, index) => {
      const name = `${key}[${index}]`
      if (isObject(item)) return [new Fields(item, this.at(name), this.#problems, this.#scope)]
      this.refuse(name, `must be an object, found ${kindOf(item)}`)
      return []
    })
  }
}
