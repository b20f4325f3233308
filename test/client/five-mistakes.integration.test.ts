import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, inject, it } from 'vitest'
import { printValidation } from '../../client/command/print-validation.ts'
import { validate } from '../../client/validate/validate.ts'
import { findKubectl } from '../../local/index.ts'
import { feedResource, untilPolicyBinds } from '../deploy/api-server.ts'
import { temporaryFolder } from '../local/temporary-folder.ts'

const kubeconfig = inject('servers')['KUBECONFIG'] ?? ''

/** As a new user writes it: the period, the url, the csv column, a header and the Secret's name. */
const FIVE_MISTAKES = `apiVersion: projectcalico.org/v3
kind: GlobalThreatFeed
metadata:
  name: five-mistakes
spec:
  content: IPSet
  pull:
    period: 1m
    http:
      url: https://user:canary@feeds.example/scanners.csv?key=canary
      format:
        csv:
          fieldName: ip
      headers:
        - name: Host
          value: canary
        - name: Authorization
          valueFrom:
            secretKeyRef:
              name: token
              key: canary
`
const LINES = {
  8: 'spec.pull.period',
  10: 'spec.pull.http.url',
  12: 'spec.pull.http.format.csv',
  15: 'spec.pull.http.headers',
  20: 'spec.pull.http.headers',
}

async function apply(text: string): Promise<string> {
  const file = join(temporaryFolder(), 'feed.yaml')
  writeFileSync(file, text)
  const run = promisify(execFile)(await findKubectl(), ['--kubeconfig', kubeconfig, 'apply', '--dry-run=server', '-f', file])
  return run.then(({ stdout }) => stdout, ({ stderr }: { readonly stderr: string }) => stderr)
}

describe('a feed with five mistakes', () => {
  it('V-18 is told all of them by kubectl apply and by validate alike, and neither repeats url or header', async () => {
    await untilPolicyBinds(feedResource(kubeconfig, 'projectcalico.org'))
    const applied = await apply(FIVE_MISTAKES)
    const validated = validate(FIVE_MISTAKES)
    for (const field of Object.values(LINES)) expect(applied).toContain(field)
    expect(Object.fromEntries(validated.feeds.flatMap(({ problems }) => problems.map(({ line, field }) => [line, field.replace(/(csv|headers).*/, '$1')])))).toEqual(LINES)
    const printed = printValidation('feed.yaml', validated)
    expect(printed).toContain('feed five-mistakes has 5 problems')
    expect(applied + printed).not.toContain('canary')
  })

  it('V-18 with a mistyped field is refused by both, with its name', async () => {
    const mistyped = 'apiVersion: projectcalico.org/v3\nkind: GlobalThreatFeed\nmetadata: {name: mistyped}\nspec: {contents: IPSet}\n'
    expect(await apply(mistyped)).toContain('unknown field "spec.contents"')
    expect(validate(mistyped).feeds[0]?.problems).toMatchObject([{ line: 4, field: 'spec.contents' }])
  })
})
