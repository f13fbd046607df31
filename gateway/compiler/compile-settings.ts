import type { CompiledPart } from "./compile";
import { compileChain } from "./compile-api-version";
import type { Snapshot } from "./snapshot";

export function compileSettings(snapshot: Snapshot): CompiledPart {
  const { steps, problems } = compileChain(["cors"], `environments/${snapshot.environment}`, {
    cors: { origins: [snapshot.portalUrl] },
  });
  return {
    name: "settings",
    chunk: { kind: "settings", environment: snapshot.environment, portalUrl: snapshot.portalUrl, chain: steps },
    problems,
  };
}
