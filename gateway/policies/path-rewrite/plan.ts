import type { z } from "zod";
import { parseTemplate } from "../config/template";
import { refuseConfig } from "../config/refuse-config";
import type { PlanScope } from "../manifest";
import type { config } from "./manifest";
import type { PathRewritePlan } from "./run";

export function plan(settings: z.infer<typeof config>, scope: PlanScope): PathRewritePlan {
  return {
    keepsBasePath: settings.basePath === "keep",
    prefix: settings.prefix ?? "",
    ...(settings.path !== undefined && { path: planPath(settings.path, scope) }),
    preservesHost: settings.host === "preserve",
    hostName: settings.hostName ?? "",
  };
}

function planPath(text: string, scope: PlanScope): NonNullable<PathRewritePlan["path"]> {
  const template = parseTemplate(text, scope, ["path"]);
  if (template.places.some(({ kind }) => kind === "query")) {
    refuseConfig(["path"], "{query} is no part of a path: the query goes to the upstream by itself");
  }
  return template;
}
