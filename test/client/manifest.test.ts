import { describe, expect, it } from 'vitest'
import { readManifests } from '../../client/manifest.ts'

const feed = (more: string) => `apiVersion: projectcalico.org/v3\nkind: GlobalThreatFeed\nmetadata:\n  name: a\n${more}`

describe('reading feeds from a file', () => {
  it('reads every document of a YAML file', () => {
    const text = `---\n${feed('spec:\n  content: IPSet\n')}---\n---\n${feed('').replace('name: a', 'name: b')}`
    expect(readManifests(text)).toEqual([
      { name: 'a', labels: {}, annotations: {}, spec: { content: 'IPSet' } },
      { name: 'b', labels: {}, annotations: {}, spec: {} },
    ])
  })

  it('reads JSON, labels and annotations', () => {
    const object = {
      apiVersion: 'crd.projectcalico.org/v1',
      kind: 'GlobalThreatFeed',
      metadata: { name: 'a', labels: { l: '1' }, annotations: { n: '2' } },
      spec: { mode: 'Enabled' },
    }
    expect(readManifests(JSON.stringify(object))).toEqual([{ name: 'a', labels: { l: '1' }, annotations: { n: '2' }, spec: { mode: 'Enabled' } }])
  })

  it.each([
    ['nothing at all', '', /holds no GlobalThreatFeed/],
    ['another kind', feed('').replace('GlobalThreatFeed', 'Secret'), /document 1: kind must be GlobalThreatFeed/],
    ['another group', feed('').replace('projectcalico.org/v3', 'v1'), /apiVersion must be/],
    ['no name', feed('').replace('name: a', 'labels: {}'), /metadata.name is missing/],
    ['the lost indentation of the reference page', feed('spec:\ncontent: IPSet\n'), /unknown field content/],
    ['a label that is no text', feed('').replace('name: a', 'name: a\n  labels: {n: 1}'), /metadata.labels/],
    ['a list', '- 1', /no mapping/],
  ])('refuses %s', (_what, text, message) => {
    expect(() => readManifests(text)).toThrow(message)
  })

  it('T-04 says where YAML is broken without quoting it', () => {
    const text = feed('spec:\n  pull: { http: { headers: [ value: "canary\n')
    expect(() => readManifests(text)).toThrow(/document 1 is not YAML: look at line \d+/)
    expect(() => readManifests(text)).not.toThrow(/canary/)
  })

  it('reads no file that cannot be a feed', () => {
    expect(() => readManifests('#'.repeat(2_000_000))).toThrow(/at most/)
  })
})
