import { expect, test, type Page } from "@playwright/test";
import { addresses, callApi, signIn } from "./support";

/** Everything that the page's policy kept it from doing. */
async function watchViolations(page: Page): Promise<string[]> {
  const violations: string[] = [];
  await page.exposeFunction("reportViolation", (text: string) => violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener(
      "securitypolicyviolation",
      ({ violatedDirective, blockedURI, sourceFile, lineNumber }) => {
        const { reportViolation } = window as unknown as { reportViolation: (text: string) => void };
        reportViolation(`${location.pathname}: ${violatedDirective} ${blockedURI} ${sourceFile}:${lineNumber}`);
      },
    );
  });
  return violations;
}

test("every page says what it may load, and none wants more", async ({ page }) => {
  const { adminEmail, adminPassword, gateway } = addresses();
  const violations = await watchViolations(page);
  await signIn(page, adminEmail, adminPassword);
  const { items } = await callApi<{ items: { slug: string }[] }>("GET", "/apis");
  const [api] = items;
  expect(api, "the demonstration has an API").toBeDefined();
  const paths = [
    "/",
    "/apis",
    `/apis/${api?.slug}`,
    `/apis/${api?.slug}/plans`,
    "/applications",
    "/docs/errors",
    "/console",
    "/console/analytics",
    "/console/apis/new",
    "/console/requests",
    "/console/releases",
    "/no-such-page",
    `/apis/${api?.slug}/reference`,
  ];
  for (const path of paths) {
    const headers = (await page.goto(path))?.headers() ?? {};
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "strict-origin-when-cross-origin",
    });
    // Reached by http here: a browser that were told to come by https only could not come back.
    expect(headers["strict-transport-security"]).toBeUndefined();
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain(`connect-src 'self' ${gateway}`);
    expect(policy).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic';/);
    await expect(page.locator("h1").first()).toBeVisible();
  }
  // The heaviest page: swagger-ui with its styles, workers and evaluated schemas.
  await page.locator(".opblock-summary-control, .opblock-summary").first().click();
  await expect(page.locator(".opblock.is-open").first()).toBeVisible();
  expect(violations).toEqual([]);
});

test("a script without the page's nonce does not run, and two pages have different ones", async ({ page }) => {
  const violations = await watchViolations(page);
  const nonceOf = async () =>
    /'nonce-([^']+)'/.exec((await page.goto("/"))?.headers()["content-security-policy"] ?? "")?.[1];
  expect(await nonceOf()).not.toBe(await nonceOf());
  await page.evaluate(() => {
    document.body.insertAdjacentHTML("beforeend", `<img src="data:," onerror="document.title='taken over'">`);
  });
  await expect.poll(() => violations.length).toBeGreaterThan(0);
  expect(await page.title()).not.toBe("taken over");
});

test("an address with a NUL in it is the caller's mistake", async ({ request }) => {
  for (const path of ["/apis/%00", "/apis?search=%00", "/api/v1/apis/%00"]) {
    expect([400, 422]).toContain((await request.get(path)).status());
  }
});

// Last: it uses up what may sign up from here within an hour.
test("sign-ups are counted by the connection they come over, whatever its headers say", async ({ request }) => {
  const statuses: number[] = [];
  for (let attempt = 0; attempt < 40; attempt += 1) {
    const answer = await request.post("/api/v1/sign-up", {
      data: { name: "Eve", email: "eve@example.com", password: "short" },
      headers: { "x-forwarded-for": `203.0.113.${attempt}`, "x-gatehouse-peer": `203.0.113.${attempt}` },
    });
    statuses.push(answer.status());
  }
  expect(statuses[0]).toBe(422);
  expect(statuses.at(-1)).toBe(429);
});
