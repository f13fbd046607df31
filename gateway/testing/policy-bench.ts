import type { AttachedPolicy, Snapshot } from "../compiler/snapshot";
import { FakeUpstream } from "./fake-upstream";
import { makeKey } from "./make-key";
import { credentialFor, shopSnapshot } from "./snapshots";
import { TestNode } from "./test-node";

/**
 * A real node with policies attached, in front of a real upstream. The upstream tells what it got, and answers as the query asks: `control` is
 * its Cache-Control, `vary` its Vary, `filler` the length of a filling.
 */
export class PolicyBench {
  readonly key = makeKey("policies");

  private constructor(
    readonly node: TestNode,
    readonly upstream: FakeUpstream,
  ) {}

  static async start(settings: Parameters<typeof TestNode.start>[0] = {}): Promise<PolicyBench> {
    const upstream = await FakeUpstream.start((request, response, body) => {
      const asked = new URL(request.url ?? "/", "http://upstream").searchParams;
      response.writeHead(200, {
        "Content-Type": "application/json",
        "X-Powered-By": "php",
        "X-Internal": ["a", "b"],
        Vary: asked.get("vary") ?? "Accept",
        ...(asked.has("control") && { "Cache-Control": asked.get("control") ?? "" }),
      });
      const filler = "z".repeat(Number(asked.get("filler") ?? 0));
      response.end(JSON.stringify({ url: request.url, bytes: body.length, host: request.headers.host, filler }));
    });
    const bench = new PolicyBench(await TestNode.start(settings), upstream);
    await bench.node.putCredentials([credentialFor(bench.key)]);
    return bench;
  }

  /**
   * To the API version, the plan or the environment; or to one operation, by its key.
   * @param document OpenAPI document of the API version
   */
  async attach(policies: readonly AttachedPolicy[], scope = "version", document?: unknown): Promise<void> {
    const snapshot: Snapshot = shopSnapshot([this.upstream.url]);
    await this.node.publish({
      ...snapshot,
      ...(scope === "environment" && { policies }),
      plans: snapshot.plans.map((plan) => ({ ...plan, ...(scope === "plan" && { policies }) })),
      apiVersions: snapshot.apiVersions.map((version) => ({
        ...version,
        ...(scope === "version" && { policies }),
        ...(document !== undefined && { document }),
        operations: version.operations.map((operation) => ({
          ...operation,
          ...(scope === operation.key && { policies }),
        })),
      })),
    });
  }

  /** With the key of an application that has a subscription, unless `headers` say otherwise. */
  call(path = "/shop/v1/items/7", init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.node.url}${path}`, {
      redirect: "manual",
      ...init,
      headers: { "X-API-Key": this.key, ...(init.headers as Record<string, string> | undefined) },
    });
  }

  async stop(): Promise<void> {
    await this.node.stop();
    await this.upstream.stop();
  }
}

export function one(policy: string, config: Record<string, unknown>): AttachedPolicy[] {
  return [{ policy, config }];
}

export async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}
