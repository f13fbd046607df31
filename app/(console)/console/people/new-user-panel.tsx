"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Controller } from "react-hook-form";
import { z } from "zod";
import { queries } from "@/app/(console)/data/queries";
import { Form } from "@/components/forms/form";
import { InputField, SelectField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { SidePanel } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { users } from "@/lib/api-client";
import { emailSchema, nameSchema, passwordSchema, roleSchema } from "@/lib/api-schemas";
import { RoleCheckboxes } from "./role-checkboxes";

const newUserSchema = z
  .object({
    name: nameSchema,
    email: emailSchema,
    password: passwordSchema,
    team: z.string(),
    roles: z.array(roleSchema),
  })
  .refine((user) => user.team === "" || user.roles.length > 0, {
    path: ["team"],
    message: "Give at least one role in this team, or choose no team.",
  });

export function NewUserPanel({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <SidePanel
      isOpen={isOpen}
      onClose={onClose}
      keepOnOutsideClick
      title="Create person"
      description="They sign in with this address and password, and can change the password under Account."
    >
      <NewUserForm onClose={onClose} />
    </SidePanel>
  );
}

function NewUserForm({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const teams = useQuery(queries.teams());
  const form = useZodForm(newUserSchema, { name: "", email: "", password: "", team: "", roles: [] });
  const team = form.watch("team");
  return (
    <Form
      form={form}
      label="Person"
      onSubmit={async ({ team: chosen, roles, ...person }) => {
        const user = await users.create({ ...person, ...(chosen === "" ? {} : { team: chosen, roles }) });
        await client.invalidateQueries({ queryKey: ["users"] });
        await client.invalidateQueries({ queryKey: ["teams"] });
        toast.success(`${user.name} can sign in`);
        onClose();
      }}
    >
      <InputField name="name" label="Name" autoComplete="off" />
      <InputField name="email" label="Email" type="email" autoComplete="off" />
      <InputField
        name="password"
        label="First password"
        type="password"
        autoComplete="new-password"
        hint="At least 10 characters."
      />
      <SelectField
        name="team"
        label="Team"
        options={[
          { value: "", label: "No team: own applications only" },
          ...(teams.data?.items ?? [])
            .filter((one) => !one.personal)
            .map(({ slug, name }) => ({ value: slug, label: name })),
        ]}
      />
      {team !== "" && (
        <Controller
          control={form.control}
          name="roles"
          render={({ field }) => <RoleCheckboxes chosen={field.value} onChange={field.onChange} />}
        />
      )}
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isLoading={form.formState.isSubmitting}>
          Create person
        </Button>
      </div>
    </Form>
  );
}
