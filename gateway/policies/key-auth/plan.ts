import type { z } from "zod";
import { KEY_HEADER } from "../../contract/key-format";
import { planAuthentication } from "../config/authentication";
import { fieldVariable } from "../config/field-name";
import type { PlanScope } from "../manifest";
import type { config } from "./manifest";
import type { KeyAuthPlan, KeyPlace } from "./run";

type Settings = z.infer<typeof config>;

export function plan({ header, places }: Settings, scope: PlanScope): KeyAuthPlan {
  return {
    places: (places ?? [{ in: "header", name: header ?? KEY_HEADER }]).map(planPlace),
    ...planAuthentication(scope),
  };
}

function planPlace(place: NonNullable<Settings["places"]>[number]): KeyPlace {
  if (place.in === "header") {
    const { name } = place;
    // nginx.conf keeps this one field from the upstream by itself, for every call.
    return {
      in: "header",
      name: name.toLowerCase() === KEY_HEADER.toLowerCase() ? "" : name,
      variable: fieldVariable(name),
    };
  }
  return place.in === "query"
    ? { in: "query", name: place.name, variable: "" }
    : { in: "bearer", name: "Authorization", variable: "http_authorization" };
}
