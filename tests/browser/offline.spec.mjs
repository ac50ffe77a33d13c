// After the first visit the page needs no network.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { test, expect } from "./desk.mjs";

const types = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm", ".svg": "image/svg+xml" };

test.use({ serviceWorkers: "allow" });

test("a reload without a network", async ({ desk, page, context }) => {
  await desk.open();
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  await context.setOffline(true);
  await page.reload();
  await desk.settled();
  await desk.ready();
  await expect(desk.routes("shop.example.com")).toHaveCount(5);
  await page.goto("./index.html?from=a#link");
  await expect(desk.routes("shop.example.com")).toHaveCount(5);
});

test("a newer version is offered, and taken only when it is wanted", async ({ page }) => {
  let release = "one";
  const server = http.createServer((request, response) => {
    const name = path.basename(new URL(request.url, "http://localhost").pathname) || "index.html";
    let body;
    try {
      body = fs.readFileSync(new URL(`../../dist/${name}`, import.meta.url));
    } catch {
      return response.writeHead(404).end();
    }
    if (name === "sw.js") body = String(body).replace('const VERSION = "', `$&${release}-`);
    response.writeHead(200, { "content-type": types[path.extname(name)] ?? "application/octet-stream" }).end(body);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    const offer = page.getByRole("button", { name: "Start it" });
    await expect(offer).toHaveCount(0);

    release = "two";
    await page.reload();
    await expect(offer).toBeVisible();
    const caches = () => page.evaluate(async () => (await window.caches.keys()).map((name) => name.split("-")[2]));
    expect(await caches()).toEqual(["one", "two"]);

    const reloaded = page.waitForEvent("load");
    await offer.click();
    await reloaded;
    await expect(page.getByRole("status")).toContainText("warning");
    await expect.poll(caches).toEqual(["two"]);
    await expect(offer).toHaveCount(0);
  } finally {
    server.close();
  }
});
