import { quote } from './quote.ts'

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const PREFIX = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

const CHARACTERS = 'up to 63 letters, digits, "-", "_" and "." between letters or digits'

/** Why something is not the key of a Kubernetes label, or null: `name` or `prefix/name`, the name of up to 63 characters. */
export function labelKeyProblem(key: string): string | null {
  const slash = key.indexOf('/')
  const prefix = slash < 0 ? undefined : key.slice(0, slash)
  const name = key.slice(slash + 1)
  const valid = name.length <= 63 && NAME.test(name) && (prefix === undefined || (prefix.length <= 253 && PREFIX.test(prefix)))
  return valid ? null : `holds the key ${quote(key)}, which is not one of a Kubernetes label: ${CHARACTERS}, perhaps after a DNS name and "/"`
}

/** Why something is not the value of a Kubernetes label, or null: empty, or up to 63 characters. */
export function labelValueProblem(key: string, value: unknown): string | null {
  if (typeof value === 'string' && (value === '' || (value.length <= 63 && NAME.test(value)))) return null
  return `holds under ${quote(key)} what is not a value of a Kubernetes label: empty, or ${CHARACTERS}`
}
