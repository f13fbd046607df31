import type { Retries } from "../../contract/bundle-types";

/**
 * How many retries an upstream still has on this worker: each request adds its share, each retry takes one. When everything fails, the
 * upstream gets that share on top and no more, instead of a multiple of what already is too much for it.
 */
export interface RetryBudget {
  attempts: number;
  share: number;
  tokens: number;
  tryTimeoutMs: number;
}

/** What can be saved up, so that an upstream with few requests has retries too. */
const MOST_TOKENS = 10;
/** Of an upstream with several targets that says nothing of retries. */
const DEFAULT_ATTEMPTS = 1;
const DEFAULT_SHARE = 0.2;

/** Upstream → its budget, in whatever release. */
const budgets = new LuaTable<number, RetryBudget>();

/** @returns undefined when nothing is ever tried again */
export function retryBudgetOf(
  upstream: number,
  retries: Retries | undefined,
  hasSeveral: boolean,
): RetryBudget | undefined {
  const attempts = retries === undefined ? (hasSeveral ? DEFAULT_ATTEMPTS : 0) : retries.attempts;
  if (attempts === 0) {
    return undefined;
  }
  const budget = budgets.get(upstream) ?? { attempts, share: 0, tokens: MOST_TOKENS, tryTimeoutMs: 0 };
  budget.attempts = attempts;
  budget.share = retries === undefined ? DEFAULT_SHARE : retries.budgetShare;
  budget.tryTimeoutMs = retries === undefined ? 0 : retries.tryTimeoutMs;
  budgets.set(upstream, budget);
  return budget;
}

/** A request begins. */
export function addToBudget(budget: RetryBudget): void {
  budget.tokens = math.min(MOST_TOKENS, budget.tokens + budget.share);
}

/** A retry begins. @returns false when there are none left */
export function takeFromBudget(budget: RetryBudget): boolean {
  if (budget.tokens < 1) {
    return false;
  }
  budget.tokens = budget.tokens - 1;
  return true;
}
