import type { CompiledPart } from "./compiled-part";
import { compileChain, type EffectivePolicy } from "./compile-chain";
import type { AttachedPolicy, Snapshot } from "./snapshot";

interface CompiledSettings extends CompiledPart {
  readonly effective: readonly EffectivePolicy[];
}

export function compileSettings(
  snapshot: Pick<Snapshot, "environment" | "portalUrl" | "policies" | "requestLog">,
): CompiledSettings {
  const place = `environments/${snapshot.environment}`;
  const { steps, effective, problems } = compileChain(
    [],
    [{ scope: "environment", place, policies: withPortal(snapshot.policies ?? [], snapshot.portalUrl) }],
    { basePath: "", operation: undefined },
    place,
  );
  return {
    name: "settings",
    chunk: {
      kind: "settings",
      environment: snapshot.environment,
      portalUrl: snapshot.portalUrl,
      chain: steps,
      requestLog: snapshot.requestLog,
    },
    problems,
    effective,
  };
}

/** The portal's try-it console calls from the browser, whatever else the environment allows. */
function withPortal(policies: readonly AttachedPolicy[], portalUrl: string): readonly AttachedPolicy[] {
  if (portalUrl === "") {
    return policies;
  }
  const alone = { policy: "cors", config: { origins: [portalUrl] } };
  if (!policies.some(({ policy }) => policy === "cors")) {
    return [...policies, alone];
  }
  return policies.map((attached) => {
    if (attached.policy !== "cors") {
      return attached;
    }
    const { origins } = attached.config;
    return attached.enabled === false || !Array.isArray(origins)
      ? alone
      : { ...attached, config: { ...attached.config, origins: [portalUrl, ...(origins as unknown[])] } };
  });
}
