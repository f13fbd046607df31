import type { z } from "zod";
import type { config } from "./manifest";
import type { SecurityHeadersPlan } from "./run";

export function plan(settings: z.infer<typeof config>): SecurityHeadersPlan {
  const subdomains = settings.hstsIncludesSubdomains ? "; includeSubDomains" : "";
  return {
    transportSecurity: settings.hstsSeconds === 0 ? "" : `max-age=${settings.hstsSeconds}${subdomains}`,
    contentTypeOptions: settings.noSniff ? "nosniff" : "",
    frameOptions: settings.frameOptions,
    referrerPolicy: settings.referrerPolicy,
    contentSecurityPolicy: settings.contentSecurityPolicy,
    permissionsPolicy: settings.permissionsPolicy,
    crossOriginResourcePolicy: settings.crossOriginResourcePolicy,
    hidesSoftware: settings.hideSoftware,
  };
}
