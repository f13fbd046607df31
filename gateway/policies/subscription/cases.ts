import { CREDENTIAL_ACTIVE } from "../../contract/shared-memory";
import type { PolicyCase } from "../case";

const credential = {
  id: 5,
  application: 3,
  state: CREDENTIAL_ACTIVE,
  expiresAt: 0,
  subscriptions: [{ id: 9, plan: 2 }],
};
const missing = { kind: "refuse", code: "subscription_missing" } as const;

export const cases: readonly PolicyCase[] = [
  {
    name: "lets an application through to an API version that its plan covers, and leaves subscription and plan",
    scene: { grants: [{ credential: 5, apiVersion: 1, subscription: 9, plan: 2 }] },
    steps: [{ request: { credential, apiVersion: 1 }, expect: { decision: "pass", subscription: 9, plan: 2 } }],
  },
  {
    name: "refuses an API version that no plan of the application covers, and leaves nothing to charge",
    scene: { grants: [{ credential: 5, apiVersion: 1, subscription: 9, plan: 2 }] },
    steps: [{ request: { credential, apiVersion: 2 }, expect: { decision: missing, subscription: 0, plan: 0 } }],
  },
  {
    name: "does not let one application use another's subscription",
    scene: { grants: [{ credential: 6, apiVersion: 1, subscription: 9, plan: 2 }] },
    steps: [{ request: { credential, apiVersion: 1 }, expect: { decision: missing, subscription: 0 } }],
  },
  {
    name: "refuses a request that no policy has authenticated: nothing is granted to nobody",
    scene: { grants: [{ credential: 0, apiVersion: 1, subscription: 9, plan: 2 }] },
    steps: [{ request: { apiVersion: 1 }, expect: { decision: missing, subscription: 0, plan: 0 } }],
  },
];
