"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Controller } from "react-hook-form";
import { z } from "zod";
import { queries } from "@/app/(console)/data/queries";
import { Form } from "@/components/forms/form";
import { SelectField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { SidePanel } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { teams } from "@/lib/api-client";
import { roleSchema, type Team } from "@/lib/api-schemas";
import { RoleCheckboxes } from "../../role-checkboxes";

const memberSchema = z.object({
  user: z.string().min(1, "Choose a person."),
  roles: z.array(roleSchema).min(1, "Give at least one role."),
});

export interface MemberPanelProps {
  team: Team;
  /** Undefined: somebody new. */
  member: Team["members"][number] | undefined;
  isOpen: boolean;
  onClose: () => void;
}

/** Adds a member or changes the roles of one. */
export function MemberPanel({ team, member, isOpen, onClose }: MemberPanelProps) {
  return (
    <SidePanel
      isOpen={isOpen}
      onClose={onClose}
      title={member === undefined ? `Add a member to ${team.name}` : member.name}
      description={member?.email}
    >
      <MemberForm key={member?.id ?? "new"} team={team} member={member} onClose={onClose} />
    </SidePanel>
  );
}

function MemberForm({ team, member, onClose }: Omit<MemberPanelProps, "isOpen">) {
  const client = useQueryClient();
  const people = useQuery({ ...queries.users(), enabled: member === undefined });
  const form = useZodForm(memberSchema, { user: member?.id ?? "", roles: member?.roles ?? [] });
  const known = new Set(team.members.map((one) => one.id));
  const rolesError = form.getFieldState("roles", form.formState).error?.message;
  return (
    <Form
      form={form}
      label="Member"
      onSubmit={async ({ user, roles }) => {
        await teams.setMember(team.slug, user, roles);
        await client.invalidateQueries({ queryKey: ["teams"] });
        await client.invalidateQueries({ queryKey: ["users"] });
        toast.success(member === undefined ? "Member added" : `Roles of ${member.name} changed`);
        onClose();
      }}
    >
      {member === undefined && (
        <SelectField
          name="user"
          label="Person"
          placeholder="Choose a person"
          options={(people.data?.items ?? [])
            .filter((person) => !known.has(person.id) && !person.disabled)
            .map((person) => ({ value: person.id, label: `${person.name}, ${person.email}` }))}
        />
      )}
      <Controller
        control={form.control}
        name="roles"
        render={({ field }) => <RoleCheckboxes chosen={field.value} onChange={field.onChange} />}
      />
      <p aria-live="polite" className="min-h-4 text-xs text-broken">
        {rolesError}
      </p>
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isLoading={form.formState.isSubmitting}>
          {member === undefined ? "Add member" : "Save roles"}
        </Button>
      </div>
    </Form>
  );
}
