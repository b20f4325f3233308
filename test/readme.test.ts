import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { EXIT_CODES } from '../client/command/exit-codes.ts'
import { SETTINGS } from '../worker/settings.ts'

const readme = readFileSync('README.md', 'utf8')

/** As the table shows a default: prose is no value. */
function shownDefault(value: string | null): string {
  if (value === null || value === '') return ''
  return value.startsWith('the ') ? value : `\`${value}\``
}

describe('README', () => {
  it('holds the table of all settings', () => {
    const rows = SETTINGS.map(({ name, default: value, meaning }) => `| \`${name}\` | ${shownDefault(value)} | ${meaning.replaceAll('|', '\\|')} |`)
    const table = readme.slice(readme.indexOf('| name | default | meaning |'))
    expect(table.split('\n').slice(2, 2 + rows.length)).toEqual(rows)
  })

  it('names the two commands and every exit code', () => {
    expect(readme).toContain('npm ci && npm run quickstart\n')
    expect(readme).toContain('npm ci && npm test\n')
    const section = readme.slice(readme.indexOf('| exit code | meaning |'))
    for (const code of Object.values(EXIT_CODES)) expect(section).toMatch(new RegExp(`^\\| ${code} \\| `, 'm'))
  })

  it('links only to what is there', () => {
    for (const page of ['README.md', 'CHANGELOG.md', 'docs/behaviour.md', 'docs/architecture.md', 'docs/contract.md', 'docs/deno.md']) {
      const folder = page.includes('/') ? 'docs/' : ''
      const links = [...readFileSync(page, 'utf8').matchAll(/\]\(([^)#:]+)\)/g)].map((match) => folder + (match[1] ?? ''))
      expect(links.filter((link) => !existsSync(link))).toEqual([])
    }
  })
})

describe('docs/behaviour.md', () => {
  it('states every rule that was chosen here', () => {
    const chosen = [...readFileSync('docs/contract.md', 'utf8').matchAll(/^\| ([A-Z]-\d\d) \|.*\| ([^|]+) \|$/gm)]
      .filter((match) => /\bC\b/.test(match[2] ?? ''))
      .map((match) => match[1] ?? '')
    const behaviour = readFileSync('docs/behaviour.md', 'utf8')
    expect(chosen.length).toBeGreaterThan(60)
    expect(chosen.filter((id) => !behaviour.includes(id))).toEqual([])
  })
})
