import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { FEED_FIELDS, type KnownFields } from '../../../client/validate/known-fields.ts'
import { validate, type ValidationProblem } from '../../../client/validate/validate.ts'
import { CASES } from '../../domain/feed/cases.ts'

const HEAD = 'apiVersion: projectcalico.org/v3\nkind: GlobalThreatFeed\nmetadata:\n  name: a\n'

/** `line:column field message` of each problem. */
function problemsOf(text: string): readonly string[] {
  return validate(text).feeds.flatMap(({ problems }) => problems.map(lineOf))
}

function lineOf({ line, column, field, message }: ValidationProblem): string {
  return `${line}:${column} ${field} ${message}`
}

describe('every problem with its line and field', () => {
  it('V-18 has all of them, in the order of the lines', () => {
    const text = `${HEAD}spec:
  content: IPset
  pull:
    period: 1m
    http:
      url: ftp://host.example/canary
      headers:
        - name: Accept
          value: canary
        - name: Host
          value: canary
`
    expect(problemsOf(text)).toEqual([
      '6:3 spec.content must be IPSet or DomainNameSet, found "IPset"',
      '8:5 spec.pull.period must be at least 5m, found "1m"',
      '10:7 spec.pull.http.url must be an absolute url that begins with http:// or https://',
      '14:11 spec.pull.http.headers[1].name is Host, which a feed may not set: the pull sets or needs it itself',
    ])
  })

  it('V-07 has what is missing at the line of what it is missing from', () => {
    expect(problemsOf(`${HEAD}spec:\n  pull:\n    http: {}\n`)).toEqual(['7:5 spec.pull.http.url is required'])
    expect(problemsOf(HEAD.replace('  name: a\n', '  labels: {}\n'))).toEqual(['3:1 metadata.name is required'])
  })

  it('V-21 finds options by their line, and says which one was meant', () => {
    const text = `${HEAD}  annotations:
    threatfeeds.projectcalico.org/match: all
    threatfeeds.projectcalico.org/lookbak: "0s"
    threatfeeds.projectcalico.org/allow-empty: true
    example.com/note: x
`
    expect(problemsOf(text)).toEqual([
      '6:5 metadata.annotations[threatfeeds.projectcalico.org/match] must be "exact" or "subdomains", found "all"',
      '7:5 metadata.annotations[threatfeeds.projectcalico.org/lookbak] is not an annotation that is read: did you mean lookback?',
      '8:5 metadata.annotations[threatfeeds.projectcalico.org/allow-empty] must be a text: put it in quotes',
      '8:5 metadata.annotations[threatfeeds.projectcalico.org/allow-empty] must be "true" or "false", found true',
    ])
  })

  it.each([
    ['a mistyped field', `${HEAD}spec:\n  pul: {}\n`, '6:3 spec.pul is not a field of a GlobalThreatFeed: did you mean pull?'],
    ['another case', `${HEAD}spec:\n  feedtype: Custom\n`, '6:3 spec.feedtype is not a field of a GlobalThreatFeed: did you mean feedType?'],
    ['a field of another place', `${HEAD}spec:\n  pull:\n    url: https://canary.example/\n    http:\n      url: https://a.example/\n`, '7:5 spec.pull.url is not a field of a GlobalThreatFeed; here it has period, http'],
    ['the lost indentation of the reference page', `${HEAD}spec:\ncontent: IPSet\n`, '6:1 content is a field of spec: indent it below spec'],
    ['a mistyped annotations', HEAD.replace('name: a', 'name: a\n  anotations: {}'), '5:3 metadata.anotations is not a field of a GlobalThreatFeed: did you mean annotations?'],
    ['a header pasted whole', `${HEAD}spec:\n  pull:\n    http:\n      url: https://a.example/\n      headers:\n        - Authorization: canary\n`, '10:11 spec.pull.http.headers[0].Authorization is not a field of a GlobalThreatFeed; here it has name, value, valueFrom'],
    ['a mistyped kind', HEAD.replace('GlobalThreatFeed', 'GlobalThreatfeed'), '2:1 kind must be GlobalThreatFeed, found "GlobalThreatfeed"'],
    ['no kind', HEAD.replace('kind: GlobalThreatFeed\n', ''), '1:1 kind is required: GlobalThreatFeed'],
    ['another version', HEAD.replace('/v3', '/v2'), '1:1 apiVersion must be projectcalico.org/v3 or crd.projectcalico.org/v1, found "projectcalico.org/v2"'],
    ['a label that is no text', HEAD.replace('name: a', 'name: a\n  labels:\n    n: 1'), '6:5 metadata.labels[n] must be a text: put it in quotes'],
  ])('finds %s', (_what, text, problem) => {
    const problems = problemsOf(text)
    expect(problems.map((found) => found.replace('labels.n', 'labels[n]'))).toContain(problem)
    expect(problems.join()).not.toContain('canary')
  })

  it('T-04 shows what a user wrote in place of a field bounded and printable', () => {
    const [problem] = problemsOf(`${HEAD}spec:\n  "\\e[2Jx": 1\n`)
    expect(problem).toBe('6:3 spec["?[2Jx"] is not a field of a GlobalThreatFeed; here it has content, mode, description, feedType, globalNetworkSet, pull')
  })
})

describe('text that is not YAML', () => {
  it.each([
    ['a tab', `${HEAD}spec:\n\tcontent: canary\n`, 'a tab indents the line: YAML takes spaces alone'],
    ['an open quote', `${HEAD}spec:\n  description: "canary\n`, 'a quote, bracket or brace is not closed, or a ":" is missing'],
    ['a field twice', `${HEAD}spec:\n  mode: canary\n  mode: canary\n`, 'the same field stands here twice'],
    ['indentation', `${HEAD}spec:\n    pull:\n      period: 1h\n   canary: b\n`, 'the indentation does not fit what stands above it'],
    ['two on one line', `${HEAD}spec:\n  description: canary: b\n`, 'two things stand on one line that belong on two, or a value with ": " in it takes quotes'],
    ['an unquoted star', `${HEAD}spec:\n  description: *canary\n`, 'an alias (*name) has no anchor before it: a value that begins with * takes quotes'],
  ])('T-04 has the line of %s, and nothing of its text', (_what, text, message) => {
    const { feeds, valid } = validate(text)
    expect(valid).toBe(false)
    const problems = feeds.flatMap(({ problems }) => problems)
    expect(problems).toContainEqual({ line: expect.any(Number) as number, column: expect.any(Number) as number, field: '', message: `is not YAML: ${message}` })
    expect(problems[0]?.line).toBeGreaterThanOrEqual(4)
    expect(JSON.stringify(feeds)).not.toContain('canary')
  })

  it.each([
    ['', 'holds no GlobalThreatFeed'],
    ['- 1\n', 'must be an object with apiVersion, kind, metadata and spec'],
    ['x'.repeat(1_600_000), 'is too large: 1600000 characters, where an object has at most 1572864'],
  ])('refuses %.10j', (text, message) => {
    expect(problemsOf(text)).toEqual([`1:1  ${message}`])
  })

  it('stops at aliases that multiply', () => {
    const bomb = `a: &a [1,1,1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n`
    expect(validate(bomb).valid).toBe(false)
  })
})

describe('several documents', () => {
  it('each has its own problems, and a Secret beside a feed is left alone', () => {
    const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: s}\nstringData: {canary: x}\n'
    const { valid, feeds, others } = validate(`---\n${HEAD}---\n${secret}---\n${HEAD.replace('name: a', 'name: b')}spec: {mode: off}\n`)
    expect(valid).toBe(false)
    expect(feeds.map(({ document, name, problems }) => [document, name, problems.map(({ line }) => line)])).toEqual([[1, 'a', []], [3, 'b', [16]]])
    expect(others).toEqual([{ document: 2, kind: 'Secret' }])
    expect(validate(secret)).toMatchObject({ valid: false, feeds: [{ problems: [{ message: 'holds no GlobalThreatFeed' }] }] })
  })
})

describe('the fields that are known', () => {
  interface Schema {
    readonly type?: string
    readonly properties?: Readonly<Record<string, Schema>>
    readonly items?: Schema
  }
  const fieldsOf = ({ properties, items }: Schema): unknown =>
    items === undefined
      ? properties === undefined ? 'any' : Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, fieldsOf(schema)]))
      : [fieldsOf(items)]
  const known = (fields: KnownFields[string] | undefined): unknown =>
    typeof fields !== 'object' ? fields : Array.isArray(fields) ? fields.map(known) : Object.keys(fields).length === 0 ? 'any' : Object.fromEntries(Object.entries(fields).map(([name, one]) => [name, known(one)]))

  it('V-18 are those of the CRD', () => {
    const crd = parse(readFileSync('deploy/crds/globalthreatfeeds.yaml', 'utf8')) as { spec: { versions: readonly [{ schema: { openAPIV3Schema: Schema } }] } }
    const { properties } = crd.spec.versions[0].schema.openAPIV3Schema
    expect(known(FEED_FIELDS['spec'])).toEqual(fieldsOf(properties?.['spec'] ?? {}))
  })

  it('V-18 no case that is valid has a problem, none that is invalid has none, but for fields that an API server would drop', () => {
    const [dropped, ...more] = CASES.filter(({ name }) => name.includes('unknown fields, which are dropped'))
    expect([dropped?.problems, more]).toEqual([[], []])
    for (const one of CASES) {
      const { name, object } = one
      const problems = one === dropped ? ['unknown field'] : one.problems
      const text = JSON.stringify({ apiVersion: 'projectcalico.org/v3', kind: 'GlobalThreatFeed', ...object })
      expect([name, validate(text).valid]).toEqual([name, problems.length === 0])
    }
  })
})
