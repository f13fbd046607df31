"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { Form } from "@/components/forms/form";
import { InputField, TextareaField } from "@/components/forms/form-fields";
import { SaveBar } from "@/components/forms/save-bar";
import { useZodForm } from "@/components/forms/use-zod-form";
import { formatPlural } from "@/components/format/format-number";
import { Card } from "@/components/ui/card";
import { DangerCard } from "@/components/ui/danger-card";
import { toast } from "@/components/ui/toast";
import { applications } from "@/lib/api-client";
import { createApplicationSchema, type UpdateApplication } from "@/lib/api-schemas/applications";
import { useShownApplication } from "../application-frame";

const schema = createApplicationSchema.pick({ name: true, description: true });

/** Name and description, and the end of the application. */
export function ApplicationSettingsPage() {
  return (
    <div className="flex max-w-3xl flex-col gap-4">
      <NameCard />
      <RemoveCard />
    </div>
  );
}

function NameCard() {
  const application = useShownApplication();
  const queryClient = useQueryClient();
  const form = useZodForm(schema, { name: application.name, description: application.description });
  const update = useMutation({
    mutationFn: (body: UpdateApplication) => applications.update(application.id, body, application.etag),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["applications"] }),
  });
  return (
    <Card title="General">
      <Form
        form={form}
        label="General"
        onSubmit={async (values) => {
          await update.mutateAsync(values);
          form.reset(values);
          toast.success("Application saved");
        }}
      >
        <InputField name="name" label="Name" autoComplete="off" />
        <TextareaField name="description" label="Description" isOptional rows={3} />
        <SaveBar />
      </Form>
    </Card>
  );
}

function RemoveCard() {
  const application = useShownApplication();
  const router = useRouter();
  const queryClient = useQueryClient();
  const { keys } = application;
  const open = application.subscriptions.active + application.subscriptions.pending;
  return (
    <DangerCard
      title="Remove application"
      text="Revokes its keys and closes its subscriptions. Measured usage stays."
      action="Remove application"
      question={`Remove ${application.name}?`}
      consequences={[
        `${formatPlural(keys, "key")} ${keys === 1 ? "stops" : "stop"} working on every node within a second.`,
        `${formatPlural(open, "subscription")} ${open === 1 ? "is" : "are"} closed.`,
        "It cannot be brought back.",
      ]}
      textToType={application.name}
      onConfirm={async () => {
        await applications.remove(application.id, application.etag);
        router.replace("/applications");
        await queryClient.invalidateQueries({ queryKey: ["applications", "list"] });
        toast.success(`${application.name} removed`);
      }}
    />
  );
}
