// Takes the README's pictures of a running Gatehouse with its demonstration workspace:
// npm run screenshots -- http://localhost:3000 admin@gatehouse.local PASSWORD
import { mkdirSync } from "node:fs";
import { chromium } from "@playwright/test";
import { inRoot } from "./lib/paths.mjs";
import { findProgram } from "./lib/system-packages.mjs";

const PICTURES = [
  { name: "console", path: "/console", scheme: "light" },
  { name: "api", path: "/console/apis/harbour", scheme: "dark" },
  { name: "plan", path: "/console/products/harbour/plans/silver", scheme: "light" },
  { name: "reference", path: "/apis/harbour/reference", scheme: "light" },
];

const [address = "http://localhost:3000", email = "admin@gatehouse.local", password] = process.argv.slice(2);
if (password === undefined) {
  console.error("Give the address, the email and the password: npm run screenshots -- URL EMAIL PASSWORD");
  process.exit(1);
}
mkdirSync(inRoot("docs", "screenshots"), { recursive: true });
const browser = await chromium.launch({
  executablePath: findProgram("chromium"),
  args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
});
for (const { name, path, scheme } of PICTURES) {
  const page = await browser.newPage({
    baseURL: address,
    colorScheme: scheme === "dark" ? "dark" : "light",
    viewport: { width: 1280, height: 800 },
  });
  await page.goto(`/sign-in?next=${encodeURIComponent(path)}`);
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`**${path}`);
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path: inRoot("docs", "screenshots", `${name}.png`), animations: "disabled" });
  console.log(`docs/screenshots/${name}.png`);
  await page.close();
}
await browser.close();
