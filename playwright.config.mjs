// The browser tests. They run on dist/, which `cargo xtask dist` builds; `cargo xtask test` does both.
import { defineConfig } from "@playwright/test";

// Two checkouts may be tested at the same time.
const port = Number(process.env.TEST_PORT ?? 4173);

export default defineConfig({
  testDir: "tests/browser",
  outputDir: "target/playwright/results",
  workers: 1,
  forbidOnly: true,
  timeout: 30_000,
  reporter: [["list"], ["json", { outputFile: "target/playwright/report.json" }]],
  use: {
    baseURL: `http://127.0.0.1:${port}/`,
    viewport: { width: 1440, height: 900 },
    locale: "en-GB",
    trace: "retain-on-failure",
    // What is tested is this build, not one a service worker kept; offline.spec.mjs lets it work.
    serviceWorkers: "block",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--font-render-hinting=none"],
    },
  },
  webServer: {
    command: `node node_modules/sirv-cli/bin.js dist --host 127.0.0.1 --port ${port} --quiet`,
    port,
    reuseExistingServer: false,
  },
});
