import { expect, it } from "vitest";
import { compileChain, type Attachments } from "./compile-chain";
import type { AttachedPolicy } from "./snapshot";

const DEFAULTS = ["key-auth", "subscription", "rate-limit"];
const PLACE = "apis/shop/versions/v1";

function compile(version: readonly AttachedPolicy[], operation: readonly AttachedPolicy[] = []) {
  const attachments: Attachments[] = [
    { scope: "api-version", place: PLACE, policies: version },
    { scope: "operation", place: `${PLACE}/operations/get`, policies: operation },
  ];
  const scope = { basePath: "/shop/v1", operation: undefined };
  const { effective, problems } = compileChain(DEFAULTS, attachments, scope, PLACE);
  return {
    chain: effective.map(({ policy, from }) => `${policy} (${from})`),
    problems: problems.map(({ code, place }) => `${code} ${place}`),
  };
}

const redirect = (location: string): AttachedPolicy => ({ policy: "redirect", config: { location } });

it("of two policies with one name the operation's counts, whole", () => {
  expect(compile([redirect("/a")], [redirect("/b")]).chain).toEqual([
    "key-auth (default)",
    "subscription (default)",
    "rate-limit (default)",
    "redirect (operation)",
  ]);
});

it("a policy that is taken out takes along what stands there by default and needs it", () => {
  expect(compile([{ policy: "key-auth", config: {}, enabled: false }])).toEqual({ chain: [], problems: [] });
});

it("another authenticator keeps the subscription in the chain", () => {
  const { chain } = compile([
    { policy: "key-auth", config: {}, enabled: false },
    { policy: "basic-auth", config: {} },
  ]);
  expect(chain).toEqual(["basic-auth (api-version)", "subscription (default)", "rate-limit (default)"]);
});

it("the wishes of whoever attached a policy order the chain", () => {
  const fields = { policy: "security-headers", config: {} };
  expect(compile([fields]).chain.at(-1)).toBe("security-headers (api-version)");
  expect(compile([{ ...fields, before: ["key-auth"] }]).chain[0]).toBe("security-headers (api-version)");
});

it("wishes that contradict a policy's own order are a problem, not an order", () => {
  const cors = { policy: "cors", config: { origins: ["https://app.example"] }, after: ["rate-limit"] };
  expect(compile([cors]).problems).toEqual([`policy_order ${PLACE}`]);
});
