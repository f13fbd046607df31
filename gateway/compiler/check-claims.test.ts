import { describe, expect, it } from "vitest";
import { shopSnapshot } from "../testing/snapshots";
import { makeIssuer } from "../testing/sign-token";
import { upstreamSnapshot } from "../testing/upstream-snapshot";
import { compile } from "./compile";
import type { AttachedPolicy, Snapshot } from "./snapshot";

const jwt = { policy: "jwt-validation", config: { jwks: { keys: [makeIssuer("EdDSA", "a").jwk] } } };
const limits = [
  { id: 1, name: "tenant", algorithm: "fixed-window", quota: 5, windowSeconds: 60, scope: "claim", claim: "tenant" },
] as const;
const byClaim = shopSnapshot(["http://a"], { limits });
const hashed = upstreamSnapshot(["http://a", "http://b"], {
  balancing: { algorithm: "hash", by: { from: "claim", name: "https://x.example/tenant" } },
});

/** Attached to the API version, and to the operation of a key. */
function attach(snapshot: Snapshot, policies: AttachedPolicy[], own: Record<string, AttachedPolicy[]> = {}): Snapshot {
  return {
    ...snapshot,
    apiVersions: snapshot.apiVersions.map((version) => ({
      ...version,
      policies,
      operations: version.operations.map((operation) => ({ ...operation, policies: own[operation.key] ?? [] })),
    })),
  };
}

function problemsOf(snapshot: Snapshot): string[] {
  const result = compile(snapshot);
  return result.ok ? [] : result.problems.map(({ code, message, place }) => `${code} ${place}: ${message}`);
}

describe("what goes by a claim", () => {
  it("needs a policy that verifies it in every operation it holds for", () => {
    expect(problemsOf(attach(byClaim, [jwt]))).toEqual([]);
    expect(problemsOf(attach(hashed, [jwt]))).toEqual([]);
    expect(problemsOf(byClaim)).toEqual([
      expect.stringMatching(
        /^claim_unverified products\/shop\/plans\/basic\/limits\/tenant: limit "tenant" counts by the claim "tenant", which nothing verifies in GET \/items of shop v1 and \d more operations: attach jwt-validation$/,
      ),
    ]);
    expect(problemsOf(hashed)).toEqual([
      expect.stringMatching(
        /^claim_unverified apis\/shop\/versions\/v1\/upstream: the upstream goes by the claim "https:/,
      ),
    ]);
  });

  it("is a problem where one operation has taken the policy out, and none where nothing counts", () => {
    const out = [{ ...jwt, enabled: false }];
    const open = { policy: "key-auth", config: {}, enabled: false };
    const [problem] = problemsOf(attach(byClaim, [jwt], { getItem: out }));
    expect(problem).toContain("in GET /items/{id} of shop v1: attach");
    expect(problemsOf(attach(byClaim, [jwt], { getItem: [...out, open] }))).toEqual([]);
    expect(problemsOf(attach(hashed, [jwt], { getItem: [...out, open] }))).toHaveLength(1);
  });

  it("has a name", () => {
    const [{ claim: _claim, ...nameless }] = limits;
    const problems = problemsOf(attach(shopSnapshot(["http://a"], { limits: [nameless] }), [jwt]));
    expect(problems).toEqual([
      expect.stringContaining("limit_invalid products/shop/plans/basic/limits/tenant: claim: Name the claim"),
    ]);
    const [other] = problemsOf(shopSnapshot(["http://a"], { limits: [{ ...limits[0], scope: "subscription" }] }));
    expect(other).toContain("Only limits per claim name a claim.");
  });
});
