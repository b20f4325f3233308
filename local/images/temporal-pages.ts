import type { Browser, Locator, Page } from 'playwright-core'
import { chromium } from 'playwright-core'

/** Wide enough that the UI cuts nothing, and below 150 kB as a file. */
const VIEWPORT = { width: 1440, height: 760 }
/** The UI is quiet, but for its long polls, within one or two. */
const SETTLE_MS = 3_000
const SHOWN_MS = 20_000
const TRIES = 6
/** Nothing of a browser that speaks to the world. */
const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
/** Columns of the list, as the UI's own dialog would set them. */
const COLUMNS = ['Status', 'Workflow ID', 'FeedHealth', 'FeedContent', 'FeedCluster', 'Start'].map((label) => ({ label }))

/** Temporal's UI in a browser of its own. */
export class TemporalPages {
  readonly #browser: Browser
  readonly #page: Page
  readonly #url: string

  private constructor(browser: Browser, page: Page, url: string) {
    this.#browser = browser
    this.#page = page
    this.#url = `${url}/namespaces/default/workflows`
  }

  /** @param executablePath of a Chromium. */
  static async open(executablePath: string, url: string): Promise<TemporalPages> {
    const browser = await chromium.launch({ executablePath, args: FLAGS })
    const page = await browser.newPage({ viewport: VIEWPORT })
    await page.addInitScript((columns) => {
      localStorage.setItem('namespace-workflow-table-columns', JSON.stringify({ default: columns }))
      localStorage.setItem('navOpen', 'false')
    }, COLUMNS)
    return new TemporalPages(browser, page, url)
  }

  /** Runs that a query finds, with their search attributes. */
  async list(query: string, file: string): Promise<void> {
    await this.#take(`?query=${encodeURIComponent(query)}`, (page) => page.getByText('threatfeed/'), file)
  }

  /** A run's timeline from its beginning, below the run's input. */
  async timeline(id: string, runId: string, file: string): Promise<void> {
    await this.#take(`/${encodeURIComponent(id)}/${runId}/timeline`, (page) => page.getByText('Descending'), file, async (page) => {
      await page.getByRole('button', { name: 'Descending' }).click()
      await page.getByText('Timeline', { exact: true }).last().evaluate((element) => element.scrollIntoView({ block: 'start' }))
      await page.waitForTimeout(SETTLE_MS)
    })
  }

  /** A run's current details. */
  async details(id: string, runId: string, file: string): Promise<void> {
    await this.#take(`/${encodeURIComponent(id)}/${runId}/user-metadata`, (page) => page.frameLocator('iframe').getByText('Waits for'), file)
  }

  async close(): Promise<void> {
    await this.#browser.close()
  }

  /** @param shows what the page is not there without. Current details come from the worker, in a frame, and a page that got none asks but once. */
  async #take(path: string, shows: (page: Page) => Locator, file: string, prepare: (page: Page) => Promise<void> = () => Promise.resolve()): Promise<void> {
    for (let tries = TRIES; ; tries -= 1) {
      await this.#page.goto(this.#url + path, { waitUntil: 'load' })
      try {
        await shows(this.#page).first().waitFor({ timeout: SHOWN_MS })
        break
      } catch (error) {
        if (tries <= 1) throw error
      }
    }
    await this.#page.waitForTimeout(SETTLE_MS)
    await prepare(this.#page)
    await this.#page.screenshot({ path: file })
  }
}
