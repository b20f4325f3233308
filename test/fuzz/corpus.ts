/** Entries as feeds spell them, rightly and wrongly: what mutation starts from. */
export const ENTRIES: readonly string[] = [
  '1.1.1.1', '10.0.0.0/8', '192.168.1.77/24', '0.0.0.0/0', '255.255.255.255', '1.2.3.4/33', '01.2.3.4', '0x7f.1', '10.1', '16843009',
  '1.1.1.1-2.2.2.2', '1.2.3.4:80', '10.0.0.0/255.0.0.0', '2001:DB8::1', '2001:db8:0:0:1:0:0:1/64', '::ffff:1.2.3.4', '::ffff:0:0/96',
  '::ffff:1.2.3.4/120', '::1.2.3.4', '::', '::/0', 'fe80::1%eth0', '[::1]:80', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:1.2.3.4',
  'example.com', 'EXAMPLE.Com.', '.example.com', '*.example.com', 'xn--mnchen-3ya.de', 'münchen.de', 'faß.de', 'xn--fa-hia.de', '中国.cn',
  'a_b.example', '-a-.example', 'ab--cd.example', 'xn--a.example', 'xn--0.example', 'localhost', '1.2.3', 'a..b', `${'a'.repeat(64)}.example`,
  `${'a.'.repeat(126)}a`, 'אב.example', '1א.example', 'a\u200db.example', 'क्\u200dष.example', 'e\u0301.example', '\u00ad.example', 'ａｂ。ｃｏｍ',
  'http://example.com/x', '||example.com^', '0.0.0.0 example.com', '',
]

/** Pieces that decide how a body is read. */
export const TOKENS: readonly string[] = [
  '\n', '\r\n', '\r', '\n\n', '#', ';', ',', '\t', '|', ' ', '"', '""', '"\n', "'", '\ufeff', '\u0000', '\u2028', '\u0085', '\u00a0', '\v', '\f',
  '[', ']', '{', '}', ':', '\\', '\\u0000', '\\ud800', 'null', 'true', '-0', '1e999', '<html>', '<!--', '/32', '/128', '/0', '.', '..', '::', '-',
  'xn--', '%', '*', '😀', '\ud800', '\u202e', 'é', '。', '0', '9'.repeat(20), '__proto__', 'constructor',
]

export const NEWLINE_BODIES: readonly string[] = [
  '# list\n1.1.1.1\n10.0.0.0/8 # ours\n\n  2001:db8::1\t\r\n1.1.1.1\nexample.com\n',
  'example.com\nEXAMPLE.com\nmünchen.de\nxn--mnchen-3ya.de\n*.bad.example\n1.2.3.4\n',
  '1.1.1.1\r\n2.2.2.2\r\n3.3.3.3',
  '\ufeff1.1.1.1\n2.2.2.2\n3.3.3.3\n4.4.4.4\n5.5.5.5\n6.6.6.6\n7.7.7.7\n8.8.8.8\n9.9.9.9\n',
  `${'x'.repeat(300)}\n1.1.1.1\n`,
]

export const CSV_BODIES: readonly string[] = [
  'ip,name,note\n1.1.1.1,example.com,"a, ""b""\nc"\n10.0.0.0/8,malware.example,x\n',
  '# comment\n1.1.1.1\texample.com\n2.2.2.2\t"evil.example"\n\n3.3.3.3\ta.example\n',
  'id;ip\r\n1;"1.1.1.1"\r\n2;"2001:db8::/32"\r\n3;\r\n',
  '"1.1.1.1" , "x"\n 2.2.2.2,"y"\n',
]

export const JSON_BODIES: readonly string[] = [
  '["1.1.1.1", "10.0.0.0/8", "example.com"]',
  '{"list": ["1.1.1.1", "2001:db8::1", "xn--mnchen-3ya.de"], "name": "x", "version": 7}',
  '[{"ip": "1.1.1.1", "host": "example.com"}, {"ip": "2.2.2.2", "tags": ["a", null, 1.5e3, true]}]',
  '{"a": {"list": ["1.1.1.1"], "a": {"list": [], "\\u00e9": ["2.2.2.2"]}}, "__proto__": {"list": ["3.3.3.3"]}}',
]

export const JSON_PATHS: readonly string[] = [
  '$', '$.', '$.list', '$[*].ip', '$..list', '$..*', '$[0]', '$[-1]', '$[0,2]', '$[1:3]', '$[::-1]', '$["list"]', '$["a","list"][*]', '$..["é"]', '$.*.*',
  '$[?(@.a)]', '$[(@.length-1)]', "$['a']", '$.list^', '$.list~', '$..@string()', '$["__proto__"].list', '$..*..*..*',
]

export const DURATIONS: readonly string[] = ['24h', '1h30m', '300s', '1.5h', '0', '-1m', '5m0.000000001s', '1µs', '2562047h47m16.854775807s', '1d', '.5s', '1.h', '+3ms']

export const RETRY_AFTERS: readonly string[] = [
  '120', '0', '-1', '1.5', '99999999999', 'Wed, 21 Oct 2026 07:28:00 GMT', 'Wednesday, 21-Oct-26 07:28:00 GMT', 'Wed Oct 21 07:28:00 2026', 'soon', '',
]

export const FEEDS: readonly unknown[] = [
  { metadata: { name: 'a', uid: 'u', annotations: { 'threatfeeds.projectcalico.org/allow-empty': 'true' } }, spec: { content: 'IPSet' } },
  {
    metadata: { name: 'sample', uid: 'u', generation: 3 },
    spec: {
      content: 'IPSet', mode: 'Enabled', description: 'x', feedType: 'Custom', globalNetworkSet: { labels: { level: 'high' } },
      pull: {
        period: '24h',
        http: {
          url: 'https://feeds.example/list?key=canary', format: { csv: { fieldName: 'ip', header: true, columnDelimiter: ';', recordSize: 3 } },
          headers: [
            { name: 'Accept', value: 'canary' },
            { name: 'APIKey', valueFrom: { secretKeyRef: { name: 'globalthreatfeed-sample-x', key: 'k', optional: true } } },
          ],
        },
      },
    },
  },
  { metadata: { name: 'j' }, spec: { content: 'DomainNameSet', pull: { http: { url: 'http://h/x', format: { json: { path: '$.list' } } } } } },
]
