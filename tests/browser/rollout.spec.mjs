// From one revision to another: what breaks on the way, and in which stages nothing does.
import fs from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { test, expect, example } from "./desk.mjs";

const before = fs.readFileSync(new URL("../../web/before/replace-a-version.yaml", import.meta.url), "utf8");
const after = example("replace-a-version");

/** The parts of the view. */
const parts = (page) => ({
  keep: page.getByRole("button", { name: "Keep as before" }),
  field: page.getByRole("textbox", { name: "YAML before" }),
  verdict: page.locator(".rollout > .answer"),
  changes: page.getByRole("region", { name: "What changes" }).getByRole("listitem"),
  causes: page.getByRole("tabpanel").getByRole("article"),
  stages: page.locator(".stage"),
});

/** Opens the view with the two revisions of the example. */
async function open(desk, page) {
  await desk.open();
  await desk.tab("Rollout");
  await page.getByRole("button", { name: "Show me with an example" }).click();
  await expect(parts(page).verdict).toContainText("Safe in stages only");
}

async function expectNoViolations(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 160)}`)).toEqual([]);
}

test("keep as before, edit, and see what breaks and the stages", async ({ desk, page }) => {
  await desk.open();
  await desk.paste(before);
  await desk.tab("Rollout");
  const { keep, verdict, changes, causes, stages } = parts(page);
  await keep.click();
  await expect(verdict).toContainText("The two revisions say the same");
  await desk.paste(after);
  await expect(verdict).toContainText("follow the 3 stages");
  await expect(changes).toHaveCount(2);
  await expect(changes.first()).toHaveText(/^changed.*DestinationRule.*museum\/tickets/);
  await expect(causes).toHaveCount(2);
  await expect(causes.first()).toContainText("No DestinationRule in force defines the subset v2");
  await expect(causes.first()).toContainText("While DestinationRule/museum/tickets is the new one");
  await expect(causes.first().getByRole("definition")).toHaveText([/subset v2/, "503", /subset v3/]);
  await expect(stages).toHaveCount(3);
  await expect(stages.nth(0)).toContainText("old and new side by side");
  await expect(stages.nth(1)).toContainText("VirtualService");
  // A change leads to its YAML.
  await changes.last().getByRole("button").click();
  await expect(desk.editor.locator(".cm-activeLine")).toContainText("apiVersion");
});

test("the request of a cause fills the bar, and the view stays", async ({ desk, page }) => {
  await open(desk, page);
  await parts(page).causes.first().getByRole("button", { name: "Try it: GET http://museum.example.com/tickets" }).click();
  await expect(page.getByRole("combobox", { name: /^URL/ })).toHaveValue("http://museum.example.com/tickets");
  await expect(page.getByRole("tab", { name: "Rollout" })).toHaveAttribute("aria-selected", "true");
  await expect(parts(page).causes).toHaveCount(2);
});

test("the YAML of a stage is copied and saved", async ({ desk, page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await open(desk, page);
  await page.getByRole("button", { name: "Copy the YAML of Stage 1 of 3" }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain("# Stage 1 of 3\n---\n");
  for (const version of ["v2", "v3"]) expect(copied).toContain(`version: ${version}`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download the YAML of Stage 1 of 3" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("stage-1.yaml");
  expect(fs.readFileSync(await download.path(), "utf8")).toBe(copied);
});

test("a second text is pasted, and any order is safe", async ({ desk, page }) => {
  await desk.open();
  await desk.paste(before);
  await desk.tab("Rollout");
  const { field, verdict, changes, causes, stages } = parts(page);
  await page.getByText("Or paste what runs today").click();
  await field.fill(before.replace("prefix: /tickets", "prefix: /ticket"));
  await expect(verdict).toContainText("Safe in any order");
  await expect(verdict).toHaveClass(/ok/);
  await expect(changes).toHaveCount(1);
  await expect(causes).toHaveCount(0);
  await expect(stages).toHaveCount(1);
  await expect(field).toBeFocused();
});

test("what cannot be compared is told in a sentence", async ({ desk, page }) => {
  await open(desk, page);
  const { field, verdict, causes } = parts(page);
  await page.getByText("Show and edit it").click();
  await field.fill("a: 1\nb: [\n");
  await expect(desk.panel).toContainText("What you kept cannot be read to its end");
  await expect(desk.panel).toContainText(/Line \d+:/);
  await field.fill("# nothing\n");
  await expect(desk.panel).toContainText("The text before holds no resource");
  await field.fill(before);
  await expect(causes).toHaveCount(2);
  // The last comparison stays while the editor's text is broken.
  await desk.paste(`${after}---\na: [\n`);
  await expect(verdict.first()).toContainText("The YAML in the editor cannot be read to its end");
  await expect(causes).toHaveCount(2);
  await desk.paste("# nothing\n");
  await expect(desk.panel).toContainText("The editor holds no resource");
  await page.getByRole("button", { name: "Forget" }).click();
  await expect(desk.panel).toContainText("Changes reach proxies one by one");
});

test("an edit is compared anew, and on another Istio", async ({ desk, page }) => {
  await open(desk, page);
  const { causes, changes, verdict } = parts(page);
  // Istio 1.1 knows no names of routes and refuses the whole VirtualService.
  await desk.paste(after.replace("  - route:", "  - name: tours\n    route:"));
  await expect(causes).toHaveCount(2);
  await desk.istio.selectOption("1.1");
  await expect(changes).toHaveCount(2);
  await expect(changes.last()).toContainText("deleted");
  await expect(desk.panel).toContainText("Not compared: 1 resource");
  await desk.paste(before);
  await expect(verdict).toContainText("The two revisions say the same");
});

test("a reload keeps the text before", async ({ desk, page }) => {
  await open(desk, page);
  await page.reload();
  await desk.settled();
  await expect(parts(page).causes).toHaveCount(2);
  await expect(page.getByRole("button", { name: "Show me with an example" })).toHaveCount(0);
});

test("the example gives back what a person had kept", async ({ desk, page }) => {
  await desk.open();
  await desk.paste("# mine\n");
  await desk.tab("Rollout");
  await parts(page).keep.click();
  await desk.picker.selectOption("replace-a-version");
  await expect(parts(page).causes).toHaveCount(2);
  await page.getByRole("button", { name: "Take my text back" }).click();
  await expect(desk.text).toContainText("# mine");
  await page.getByText("Show and edit it").click();
  await expect(parts(page).field).toHaveValue("# mine\n");
});

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1440, 900, 390]) {
    test(`nothing is cut off and nothing violated, ${colorScheme}, ${width} pixels wide`, async ({ desk, page }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 900 });
      await desk.open();
      if (width < 600) await desk.showResult();
      await desk.tab("Rollout");
      await expectNoViolations(page);
      await page.screenshot({ path: `target/playwright/images/rollout-empty-${width}-${colorScheme}.png` });
      await page.getByRole("button", { name: "Show me with an example" }).click();
      await expect(parts(page).stages).toHaveCount(3);
      await page.getByText("Show and edit it").click();
      await parts(page).stages.first().getByText("YAML", { exact: true }).click();
      await expectNoViolations(page);
      const over = await desk.panel.evaluate((panel) => {
        const seen = [...panel.querySelectorAll("*")].filter((part) => !part.closest("pre, textarea"));
        return seen.filter((part) => part.getBoundingClientRect().right > innerWidth + 1).map((part) => part.className);
      });
      expect(over).toEqual([]);
    });
  }
}

test("the view is reached and used by keyboard", async ({ desk, page }) => {
  await desk.open();
  await page.getByRole("tab", { name: "Routes" }).focus();
  for (let press = 0; press < 5; press++) await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Rollout" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(desk.panel).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(parts(page).keep).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(parts(page).verdict).toContainText("The two revisions say the same");
});
