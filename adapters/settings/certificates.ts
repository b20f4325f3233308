import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { SettingsReader } from './settings-reader.ts'

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g

/** The text of the PEM file that a setting names, undefined when it names none. Node takes what it cannot read for no certificate at all: it is a problem here. */
export function certificates<Name extends string>(read: SettingsReader<Name>, name: Name): string | undefined {
  const path = read.text(name)
  if (path === undefined) return undefined
  let pem: string
  try {
    pem = readFileSync(path, 'utf8')
  } catch {
    read.problem(name, 'names a file that cannot be read')
    return undefined
  }
  const blocks = pem.match(BLOCK) ?? []
  if (blocks.length === 0) read.problem(name, 'names a file without a PEM certificate')
  const broken = blocks.findIndex((block) => !isCertificate(block))
  if (broken >= 0) read.problem(name, `names a file whose certificate number ${String(broken + 1)} cannot be read`)
  return pem
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0
  } catch {
    return false
  }
}
