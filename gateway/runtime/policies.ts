import { run as cors } from "../policies/cors/run";
import { run as keyAuth } from "../policies/key-auth/run";
import { run as rateLimit } from "../policies/rate-limit/run";
import { run as subscription } from "../policies/subscription/run";
import type { PolicyRun } from "../policies/types";

/** The run step of every policy, by name: the worker's side of policies/index.ts. */
export const POLICY_RUNS = new LuaMap<string, PolicyRun<never>>();
POLICY_RUNS.set("cors", cors);
POLICY_RUNS.set("key-auth", keyAuth);
POLICY_RUNS.set("subscription", subscription);
POLICY_RUNS.set("rate-limit", rateLimit);
