"use client";

import { Checkbox } from "@/components/ui/checkbox";
import { roles, type Role } from "@/lib/api-schemas";

const WHAT_IT_ALLOWS: Record<Role, string> = {
  admin: "Everything.",
  owner: "Publishes APIs and products of the team, and decides on requests for them.",
  consumer: "Owns applications of the team: subscriptions and keys.",
  ops: "Reads everything operational: usage, gateways, releases, audit.",
};

export interface RoleCheckboxesProps {
  chosen: readonly Role[];
  onChange: (roles: Role[]) => void;
}

/** A person may hold several roles in one team. */
export function RoleCheckboxes({ chosen, onChange }: RoleCheckboxesProps) {
  return (
    <fieldset className="flex flex-col gap-2">
      <legend className="mb-1 text-sm font-medium">Roles</legend>
      {roles.map((role) => (
        <Checkbox
          key={role}
          label={role}
          hint={WHAT_IT_ALLOWS[role]}
          checked={chosen.includes(role)}
          onChange={(event) =>
            onChange(event.target.checked ? [...chosen, role] : chosen.filter((other) => other !== role))
          }
        />
      ))}
    </fieldset>
  );
}
