// The gallery: every example shows what it is for, and nothing else is wrong with it.
import { test, expect, examples, header } from "./desk.mjs";

/** The rules that each example breaks, and those it breaks on Istio 1.1. */
const broken = {
  "all-five-at-once": {
    current: ["discarded-traffic-policy", "duplicate-subset", "order-dependent-routes", "shared-certificate", "undefined-subset"],
    1.1: ["discarded-traffic-policy", "duplicate-https-port-name", "duplicate-subset", "order-dependent-routes", "shared-certificate", "undefined-subset"],
  },
  "https-port-names": { current: [], 1.1: ["duplicate-https-port-name"] },
  "make-before-break": { current: ["undefined-subset"] },
  "merged-destination-rules": { current: ["discarded-traffic-policy", "duplicate-subset"] },
  "one-host-three-teams": { current: ["order-dependent-routes", "several-catch-alls", "undefined-subset"] },
  "order-between-teams": { current: ["order-dependent-routes", "several-catch-alls"] },
  "replace-a-version": { current: [] },
  "shared-certificate": { current: ["shared-certificate"] },
  "sidecars-never-merge": { current: ["unmerged-virtual-services"] },
};

test("every example has its expectation", () => {
  expect(Object.keys(broken).sort()).toEqual([...examples].sort());
});

for (const id of examples) {
  test(id, async ({ desk, page }) => {
    await desk.open();
    await desk.picker.selectOption({ label: header(id, "title") });
    await expect(desk.result.getByText(`Look: ${header(id, "look")}`)).toBeVisible();
    await expect(desk.result.getByRole("table").first()).toBeVisible();
    await desk.tab("Findings");
    for (const [istio, codes] of Object.entries(broken[id])) {
      await desk.istio.selectOption(istio);
      await expect.poll(() => desk.codes(), `on Istio ${istio}`).toEqual(codes);
    }
    await expect(page.getByText("not modelled")).toHaveCount(0);
  });
}

test("an example does not cost a person their text", async ({ desk, page }) => {
  await desk.open();
  await desk.paste("# mine\n");
  await desk.picker.selectOption("shared-certificate");
  await expect(desk.picker).toHaveValue("shared-certificate");
  await page.getByRole("button", { name: "Take my text back" }).click();
  await expect(desk.text).toContainText("# mine");
});
