import { spawnSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, type Page } from "@playwright/test";
import { addresses, callApi, publish, signIn, Upstream } from "./support";

/** What owners and admins do in the console besides the three journeys, one after the other in one Gatehouse. */
test.describe.configure({ mode: "serial" });

let upstream: Upstream;
let documents: Server;
let owner: Page;

test.beforeAll(async ({ browser }) => {
  upstream = await Upstream.start();
  documents = createServer((_request, response) => response.end(describeParcels(["/parcels"], "2.0.0")));
  await new Promise<void>((resolve) => documents.listen(0, "127.0.0.1", resolve));
  owner = await (await browser.newContext()).newPage();
  await signIn(owner, addresses().adminEmail, addresses().adminPassword);
});

test.afterAll(async () => {
  await upstream.stop();
  await new Promise((resolve) => documents.close(resolve));
});

test("an API is created of a dropped file, and a second version of an address", async () => {
  await owner.goto("/console/apis/new");
  await owner.getByRole("radio", { name: "File" }).click();
  const dropped = await owner.evaluateHandle(
    (text) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], "parcels.yaml", { type: "application/yaml" }));
      return transfer;
    },
    describeParcels(["/parcels"]),
  );
  await owner.getByText("Drop a YAML or JSON file here").dispatchEvent("drop", { dataTransfer: dropped });
  await expect(owner.getByText("parcels.yaml")).toBeVisible();
  await expect(owner.getByLabel("Name", { exact: true })).toHaveValue("Parcels");
  await owner.getByLabel("Upstream address").fill(upstream.url);
  await owner.getByRole("button", { name: "Create API" }).dblclick();
  await expect(owner).toHaveURL(/\/console\/apis\/parcels\?version=v1/);

  await owner.goto("/console/apis/new?api=parcels");
  await owner.getByRole("radio", { name: "URL" }).click();
  const { port } = documents.address() as AddressInfo;
  await owner.getByLabel("Address of the document").fill(`http://127.0.0.1:${port}/openapi.yaml`);
  await owner.getByRole("button", { name: "Fetch" }).click();
  await expect(owner.getByLabel("Version", { exact: true })).toHaveValue("v2");
  await owner.getByLabel("Upstream address").fill(upstream.url);
  await owner.getByRole("button", { name: "Create version" }).click();
  await expect(owner).toHaveURL(/\/console\/apis\/parcels\?version=v2/);
});

test("a new revision is published, an older release restored, and the older revision made current again", async () => {
  const before = await publish();
  const label = () => fetch(`${addresses().gateway}/parcels/v1/labels`).then((response) => response.status);
  expect(await label()).toBe(404);

  await test.step("the new revision says what it adds before it is stored", async () => {
    await owner.goto("/console/apis/parcels/document?version=v1");
    await owner.getByRole("button", { name: "Upload a new revision" }).click();
    const panel = owner.getByRole("dialog");
    await panel.getByLabel("OpenAPI document").fill(describeParcels(["/parcels", "/labels"]));
    await expect(panel.getByText("1 new")).toBeVisible();
    await panel.getByRole("button", { name: "Store revision" }).click();
    await expect(panel.getByRole("status")).toContainText("Revision 2 stored");
    await panel.getByRole("button", { name: "Close" }).last().click();
    await expect(owner.getByRole("link", { name: "Operations 2" })).toBeVisible();
  });

  await publish();
  expect(await label()).toBe(401);

  await test.step("the bundle of a release is downloaded, and a gateway without a portal would run it", async () => {
    await owner.goto(`/console/releases/${before}?environment=production`);
    const downloading = owner.waitForEvent("download");
    await owner.getByRole("link", { name: "Download bundle" }).click();
    const file = await (await downloading).path();
    const check = spawnSync(process.execPath, ["dist/gateway/gatehouse-gateway.mjs", "check", file], {
      encoding: "utf8",
    });
    expect([check.status, check.stderr]).toEqual([0, ""]);
    expect(check.stdout).toContain(`release      ${before}, made `);
    expect(check.stdout).toContain("parcels v1 at /parcels/v1");
  });

  await test.step("the release before it is restored", async () => {
    await owner.getByRole("button", { name: "Restore this release" }).click();
    await owner
      .getByRole("alertdialog")
      .getByRole("button", { name: `Restore release ${before}` })
      .click();
    await expect(owner.getByText(`restored ${before}`)).toBeVisible();
    await expect(owner.getByText("1 of 1 node")).toBeVisible();
    expect(await label()).toBe(404);
  });

  await test.step("the revision is switched", async () => {
    await owner.goto("/console/apis/parcels/document?version=v1");
    await owner.getByRole("button", { name: "Revision 1" }).click();
    await owner.getByRole("button", { name: "Make it the current one" }).click();
    await owner.getByRole("button", { name: "Make revision 1 current" }).click();
    await expect(owner.getByRole("link", { name: "Operations 1" })).toBeVisible();
  });
});

test("a member's roles open and close the console, and a disabled person cannot sign in", async ({ browser }) => {
  const person = { name: "Grace Hopper", email: "grace@example.com", password: "a long enough password" };
  await callApi("POST", "/users", person);
  await callApi("POST", "/teams", { slug: "parcel-office", name: "Parcel office" });
  const member = await (await browser.newContext()).newPage();
  await signIn(member, person.email, person.password, "/account");
  const consoleLink = member.getByRole("link", { name: "Console" });

  await owner.goto("/console/people/teams/parcel-office");
  await owner.getByRole("button", { name: "Add member" }).first().click();
  const panel = owner.getByRole("dialog");
  await panel.getByLabel("Person").selectOption({ label: `${person.name}, ${person.email}` });
  await panel.getByRole("checkbox", { name: "owner" }).check();
  await panel.getByRole("button", { name: "Add member" }).click();
  await expect(panel).toBeHidden();
  await member.reload();
  await expect(consoleLink).toBeVisible();

  await owner.getByRole("button", { name: `Change roles of ${person.name}` }).click();
  await panel.getByRole("checkbox", { name: "owner" }).uncheck();
  await panel.getByRole("button", { name: "Save roles" }).click();
  await expect(panel.getByText("Give at least one role.")).toBeVisible();
  await panel.getByRole("checkbox", { name: "consumer" }).check();
  await panel.getByRole("button", { name: "Save roles" }).click();
  await expect(panel).toBeHidden();
  await member.reload();
  await expect(consoleLink).toBeHidden();

  await owner.goto("/console/people");
  const actions = owner.getByRole("button", { name: `Actions for ${person.name}` });
  await actions.click();
  await owner.getByRole("menuitem", { name: "Disable" }).click();
  await owner.keyboard.press("Escape");
  await expect(actions).toBeFocused();
  await actions.click();
  await owner.getByRole("menuitem", { name: "Disable" }).click();
  await owner.getByRole("alertdialog").getByRole("button", { name: "Disable" }).click();
  await expect(owner.getByText("Disabled", { exact: true })).toBeVisible();
  await member.goto("/account");
  await expect(member).toHaveURL(/\/sign-in/);
  await member.getByLabel("Email").fill(person.email);
  await member.getByLabel("Password").fill(person.password);
  await member.getByRole("button", { name: "Sign in" }).click();
  await expect(member.getByRole("alert").first()).toBeVisible();
});

test("a panel is worked by keyboard: focus goes in, stays in, and comes back", async () => {
  await owner.goto("/console/people");
  const opener = owner.getByRole("button", { name: "Create person" });
  await opener.focus();
  await owner.keyboard.press("Enter");
  const panel = owner.getByRole("dialog");
  await expect(panel.getByLabel("Name")).toBeFocused();
  for (let tab = 0; tab < 12; tab += 1) {
    await owner.keyboard.press("Tab");
    await expect(panel.locator(":focus")).toHaveCount(1);
  }
  await owner.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await expect(opener).toBeFocused();
});

function describeParcels(paths: readonly string[], version = "1.0.0"): string {
  return [
    "openapi: 3.1.0",
    `info: { title: Parcels, version: ${version} }`,
    "paths:",
    ...paths.map((path) => `  ${path}: { get: { responses: { "200": { description: Fine } } } }`),
  ].join("\n");
}
