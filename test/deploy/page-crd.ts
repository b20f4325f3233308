import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

/** The kind as the reference page has it, and the vendor's CRD: our schema, but that its status knows no more than the page names. */
export function pageCrd(group = 'projectcalico.org'): Record<string, unknown> {
  const { spec, ...crd } = parse(readFileSync('deploy/crds/globalthreatfeeds.yaml', 'utf8'))
  const [version] = spec.versions
  const { status } = version.schema.openAPIV3Schema.properties
  const { lastSuccessfulSync, lastSuccessfulSearch, errorConditions } = status.properties
  status.properties = { lastSuccessfulSync, lastSuccessfulSearch, errorConditions }
  delete version.additionalPrinterColumns
  return { ...crd, metadata: { name: `globalthreatfeeds.${group}` }, spec: { ...spec, group } }
}
