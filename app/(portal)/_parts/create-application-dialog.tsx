"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Form } from "@/components/forms/form";
import { InputField, TextareaField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { applications } from "@/lib/api-client";
import { createApplicationSchema, type Application } from "@/lib/api-schemas/applications";

export interface CreateApplicationDialogProps {
  isOpen: boolean;
  onClose: () => void;
  onCreated: (application: Application) => void;
}

const schema = createApplicationSchema.pick({ name: true, description: true });
const FORM_ID = "create-application";

/** Asks for a name and creates an application of the viewer's own team. */
export function CreateApplicationDialog({ isOpen, onClose, onCreated }: CreateApplicationDialogProps) {
  const { isPending, mutateAsync } = useCreateApplication();
  return (
    <Dialog
      isOpen={isOpen}
      onClose={onClose}
      title="Create application"
      description="An application is one program of yours. It subscribes to plans and has its own keys."
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={FORM_ID} variant="primary" isLoading={isPending}>
            Create application
          </Button>
        </>
      }
    >
      <ApplicationForm
        onSubmit={async (values) => {
          const created = await mutateAsync(values);
          onCreated(created);
        }}
      />
    </Dialog>
  );
}

function ApplicationForm({
  onSubmit,
}: {
  onSubmit: (values: { name: string; description?: string }) => Promise<void>;
}) {
  const form = useZodForm(schema, { name: "", description: "" });
  return (
    <Form id={FORM_ID} form={form} onSubmit={onSubmit}>
      <InputField name="name" label="Name" hint="Owners of the APIs you use see it." autoComplete="off" />
      <TextareaField name="description" label="Description" isOptional rows={2} />
    </Form>
  );
}

/** Creates an application and refreshes every list that would hold it. */
export function useCreateApplication() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: applications.create,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["applications"] }),
  });
}
