"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { paths } from "@/app/(console)/data/paths";
import { toSlug } from "@/components/console/slug";
import { Form } from "@/components/forms/form";
import { InputField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { SidePanel } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { teams } from "@/lib/api-client";
import { createTeamSchema } from "@/lib/api-schemas";

export function NewTeamPanel({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <SidePanel isOpen={isOpen} onClose={onClose} title="Create team" description="Members are added in the next step.">
      <NewTeamForm onClose={onClose} />
    </SidePanel>
  );
}

function NewTeamForm({ onClose }: { onClose: () => void }) {
  const router = useRouter();
  const client = useQueryClient();
  const form = useZodForm(createTeamSchema, { slug: "", name: "" });
  void form.formState.dirtyFields;
  const followName = (name: string) => {
    if (!form.getFieldState("slug").isDirty) {
      form.setValue("slug", toSlug(name), { shouldValidate: true });
    }
  };
  return (
    <Form
      form={form}
      label="Team"
      onSubmit={async (values) => {
        const team = await teams.create(values);
        await client.invalidateQueries({ queryKey: ["teams"] });
        toast.success(`Team ${team.name} created`);
        router.push(paths.team(team.slug));
      }}
    >
      <InputField name="name" label="Name" onInput={(event) => followName(event.currentTarget.value)} />
      <InputField name="slug" label="Slug" hint="Part of its address. It stays as it is." isCode />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" isLoading={form.formState.isSubmitting}>
          Create team
        </Button>
      </div>
    </Form>
  );
}
