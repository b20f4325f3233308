// Sums vitest's JSON reports into one line `N passed, N failed` and compares the sum with a floor.
// usage: count-tests.mjs FLOOR_FILE REPORT...; exits 1 when a report is missing or broken, a test failed, or too few passed.
import { readFileSync } from 'node:fs'

const [floorFile, ...reports] = process.argv.slice(2)
const problems = []
let passed = 0
let failed = 0

function count(report, name) {
  const value = report[name]
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${name} is not a count`)
  return value
}

for (const file of reports) {
  try {
    const report = JSON.parse(readFileSync(file, 'utf8'))
    passed += count(report, 'numPassedTests')
    failed += count(report, 'numFailedTests')
    // A file that fails before its first test (an import, a hook) counts no test: it is one failure all the same.
    for (const result of report.testResults ?? []) {
      if (result.status === 'failed' && !(result.assertionResults ?? []).some(({ status }) => status === 'failed')) failed += 1
    }
  } catch (error) {
    problems.push(`${file}: ${error.code === 'ENOENT' ? 'no report was written' : error.message}`)
  }
}

const floor = Number.parseInt(readFileSync(floorFile, 'utf8'), 10)
if (!Number.isSafeInteger(floor)) problems.push(`${floorFile} holds no number`)
else if (passed < floor) problems.push(`${passed} passed, fewer than the ${floor} of ${floorFile}`)
for (const problem of problems) console.error(problem)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = problems.length > 0 || failed > 0 ? 1 : 0
