import { feed, pulled } from '../domain/feed/feed-case.ts'

/** The sample of the reference page, with the indentation that its copy as text has lost. */
export const SAMPLE_YAML = `apiVersion: projectcalico.org/v3
kind: GlobalThreatFeed
metadata:
  name: sample-global-threat-feed
spec:
  content: IPSet
  mode: Enabled
  description: "This is the sample global threat feed"
  feedType: Custom
  globalNetworkSet:
    # labels to set on the GNS
    labels:
      level: high
  pull:
    # accepts time in golang duration format
    period: 24h
    http:
      format:
        newlineDelimited: {}
      url: https://an.example.threat.feed/deny-list
      headers:
        - name: "Accept"
          value: "text/plain"
        - name: "APIKey"
          valueFrom:
            # secrets selected must be in the "tigera-intrusion-detection" namespace to be used
            secretKeyRef:
              name: "globalthreatfeed-sample-global-threat-feed-example"
              key: "apikey"
`

/** The json paths of the page, and the feeds whose documents its two PUTs write. */
export const REFERENCE_FEEDS = {
  'the json path $.': pulled({ format: { json: { path: '$.' } } }),
  'the json path $.a': pulled({ format: { json: { path: '$.a' } } }),
  'the feed of the PUT of addresses': feed({ content: 'IPSet' }, { name: 'sample-global-threat-feed' }),
  'the feed of the PUT of names': feed({ content: 'DomainNameSet' }, { name: 'example-global-threat-feed' }),
  'a comment delimiter of #': pulled({ format: { csv: { fieldNum: 0, commentDelimiter: '#' } } }),
}

/** Every way in which the page names the resource on kubectl's command line, some of them in other cases. */
export const ALIASES = [
  'globalthreatfeed.projectcalico.org',
  'globalthreatfeeds.projectcalico.org',
  'globalthreatfeed.p',
  'globalthreatfeeds.p',
  'GlobalThreatFeed.projectcalico.org',
  'GLOBALTHREATFEEDS.projectcalico.org',
  'GlobalThreatFeed.p',
  'globalThreatFeeds.p',
]
