import tseslint from 'typescript-eslint'

/** The import table of docs/architecture.md: what each folder may not reach. */
const folders = ['domain', 'workflows', 'activities', 'adapters', 'worker', 'client', 'local', 'receiver', 'test', 'deploy', 'bench', 'examples']
const clients = ['@kubernetes/*', '@elastic/*', 'undici']
const may = {
  domain: { folders: ['domain'], node: false, temporal: [] },
  workflows: { folders: ['domain', 'workflows'], node: false, temporal: ['workflow', 'common'] },
  activities: { folders: ['domain', 'activities'], node: false, temporal: ['activity', 'common'] },
  adapters: { folders: ['domain', 'adapters', 'workflows', 'activities'], node: true, temporal: ['client', 'common'], clients: true },
  worker: { folders: ['domain', 'activities', 'adapters', 'worker'], node: true, temporal: ['worker', 'client', 'envconfig', 'common', 'interceptors-opentelemetry'] },
  client: { folders: ['domain', 'workflows', 'adapters', 'client'], node: true, temporal: ['client', 'envconfig', 'common'] },
  receiver: { folders: ['domain', 'adapters', 'client', 'receiver'], node: false, temporal: [] },
  bench: { folders: ['domain', 'activities', 'adapters', 'worker', 'client', 'receiver', 'local', 'bench'], node: true, temporal: ['worker', 'client', 'workflow', 'testing'], clients: true },
}
const temporalPackages = ['activity', 'client', 'common', 'envconfig', 'testing', 'worker', 'workflow', 'proto', 'core-bridge']

function boundary(folder) {
  const rule = may[folder]
  const forbiddenFolders = folders.filter((name) => !rule.folders.includes(name))
  const patterns = [
    { regex: `^(\\.\\./)+(${forbiddenFolders.join('|')})/`, message: `${folder}/ may not import this folder (docs/architecture.md).` },
    {
      regex: `^@temporalio/(${temporalPackages.filter((name) => !rule.temporal.includes(name)).join('|')})(/|$)`,
      message: `${folder}/ may not import this part of Temporal.`,
    },
  ]
  if (!rule.node) patterns.push({ regex: '^node:', message: `${folder}/ runs on web standards alone.` })
  if (!rule.clients) patterns.push({ group: clients, message: 'Only adapters/ speaks to servers.' })
  if (folder === 'adapters') {
    patterns.push({ regex: '^(\\.\\./)+activities/(?!ports/)', message: 'Adapters know activities by their ports alone.' })
    patterns.push({ regex: '^(\\.\\./)+workflows/(?!messages\\.ts$)', message: 'Adapters know workflows by their messages alone.' })
  }
  if (folder === 'client') patterns.push({ regex: '^(\\.\\./)+workflows/(?!messages\\.ts$)', message: 'The client knows workflows by their messages alone.' })
  if (folder === 'receiver') patterns.push({ regex: '^(\\.\\./)+client/(?!edge\\.ts$|client-error\\.ts$)', message: 'The receiver takes of client/ the one for the edge.' })
  if (folder === 'receiver') patterns.push({ regex: '^(\\.\\./)+adapters/(?!settings/settings-reader\\.ts$)', message: 'The receiver takes of adapters/ how settings are read.' })
  if (folder === 'workflows') {
    patterns.push({
      regex: '^(ipaddr\\.js|csv-parse|jsonpath-plus|punycode|tr46|yaml)(/|$)',
      message: 'The workflow bundle holds no parser.',
    })
  }
  return { files: [`${folder}/**/*.ts`], rules: { 'no-restricted-imports': ['error', { patterns }] } }
}

/** A workflow may speak of every domain type, and run only the part that is deterministic and free of dependencies. */
const deterministic = {
  files: ['workflows/**/*.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      { patterns: [{ regex: '^(\\.\\./)+domain/(?!run/|feed/content\\.ts|failure\\.ts)', allowTypeImports: true, message: 'Workflows run domain/run alone.' }] },
    ],
  },
}

const forbiddenSyntax = [
  { selector: 'ExportAllDeclaration', message: 'Name what is exported.' },
  { selector: 'TSEnumDeclaration', message: 'Use an as-const object.' },
  { selector: 'ExportDefaultDeclaration', message: 'Name what is exported.' },
  { selector: 'ImportExpression', message: 'Import at the top, where the table of who may import what is checked.' },
]

/** The client of the edge and all that it imports run on web standards alone; test/edge/client-bundle.test.ts holds what those import to it. */
const edge = {
  files: ['client/edge.ts', 'client/edge/**/*.ts'],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          { regex: '^(node:|@temporalio/)', message: 'The edge client runs on web standards alone.' },
          { regex: '^(\\.\\./)+(workflows/|adapters/(?!bound\\.ts$))', message: 'The edge client speaks to Temporal alone, by fetch.' },
        ],
      },
    ],
    'no-restricted-globals': ['error', 'process', 'Buffer'],
  },
}

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '.local/', 'coverage/'] },
  ...tseslint.configs.strict.map((config) => ({ ...config, files: ['**/*.ts'] })),
  {
    files: ['**/*.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...forbiddenSyntax],
    },
  },
  ...Object.keys(may).map(boundary),
  deterministic,
  edge,
  { files: ['activities/**/*.ts', 'domain/**/*.ts', 'receiver/**/*.ts'], ignores: ['receiver/node.ts'], rules: { 'no-restricted-globals': ['error', 'process', 'Buffer'] } },
  { files: ['vitest.config.ts', 'vitest.feeds.config.ts', 'vitest.mutation.config.ts', 'vitest.security.config.ts'], rules: { 'no-restricted-syntax': 'off' } },
  { files: ['client/threatfeed.ts', 'client/command/**/*.ts', 'local/main.ts', 'local/quickstart/main.ts', 'local/images/main.ts', 'bench/*/main.ts', 'receiver/node.ts', 'receiver/worker.ts', 'receiver/deno.ts'], rules: { 'no-console': 'off' } },
  // What these platforms start is a default export.
  {
    files: ['receiver/worker.ts', 'receiver/deno.ts'],
    rules: { 'no-restricted-syntax': ['error', ...forbiddenSyntax.filter(({ selector }) => selector !== 'ExportDefaultDeclaration')] },
  },
)
