import type { UpstreamSnapshot } from "@/gateway/compiler/snapshot";
import { checkUpstream } from "@/gateway/compiler/check-upstream";
import { invalid } from "@/lib/errors";

/**
 * What the compiler would refuse is refused when it is written.
 * @param place JSON pointer of the upstream in the request
 * @throws ApiError invalid_request with every problem
 */
export function refuseUnservable(upstream: Omit<UpstreamSnapshot, "id">, place: string): void {
  const problems = checkUpstream({ ...upstream, id: 0 }).map((problem) => ({
    ...problem,
    message: `${problem.message.charAt(0).toUpperCase()}${problem.message.slice(1)}.`,
    place: problem.place === "" ? place : `${place}/${problem.place}`,
  }));
  if (problems.length > 0) {
    throw invalid(problems);
  }
}
