import { ApiError, invalid } from "./errors";

type Check = () => Promise<unknown>;

/**
 * Runs checks one after the other and refuses with what all of them found, where awaiting each would stop at the first: whoever mends a
 * form wants to hear of everything at once. What has no place in the request (forbidden, not_found) is thrown as it comes.
 * @returns their results, in their order
 * @throws ApiError of the code they agree on, else invalid_request
 */
export async function gather<const Checks extends readonly Check[]>(
  ...checks: Checks
): Promise<{ -readonly [Index in keyof Checks]: Awaited<ReturnType<Checks[Index]>> }> {
  const results: unknown[] = [];
  const refused: ApiError[] = [];
  for (const check of checks) {
    try {
      results.push(await check());
    } catch (error) {
      if (!(error instanceof ApiError) || error.problems.length === 0) {
        throw error;
      }
      refused.push(error);
    }
  }
  const [first, ...others] = refused;
  if (first !== undefined) {
    throw others.length === 0 ? first : join(first, others);
  }
  return results as { -readonly [Index in keyof Checks]: Awaited<ReturnType<Checks[Index]>> };
}

function join(first: ApiError, others: readonly ApiError[]): ApiError {
  const joined = invalid([first, ...others].flatMap(({ problems }) => problems));
  return others.every(({ code }) => code === first.code)
    ? new ApiError(first.code, joined.message, joined.problems)
    : joined;
}
