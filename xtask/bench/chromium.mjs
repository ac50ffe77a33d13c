// Measures in Chromium: node chromium.mjs FOLDER, where FOLDER holds what wasm-bindgen made of this package.
import path from "node:path";
import { chromium } from "@playwright/test";

const folder = process.argv[2];
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM });
try {
  const page = await browser.newPage();
  await page.route("http://bench.test/**", async (route) => {
    const name = path.basename(new URL(route.request().url()).pathname);
    if (name === "") return route.fulfill({ contentType: "text/html", body: "<!doctype html><title>bench</title>" });
    return route.fulfill({ path: path.join(folder, name) });
  });
  await page.goto("http://bench.test/");
  const rows = await page.evaluate(async () => {
    const bench = await import("http://bench.test/pilothouse_bench.js");
    await bench.default();
    return bench.measure();
  });
  console.log(JSON.stringify({ version: browser.version(), rows: JSON.parse(rows) }));
} finally {
  await browser.close();
}
