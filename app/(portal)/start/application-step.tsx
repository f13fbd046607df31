"use client";

import { useState } from "react";
import { Form } from "@/components/forms/form";
import { InputField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Select } from "@/components/ui/select";
import { Step } from "@/components/ui/steps";
import { createApplicationSchema, type Application } from "@/lib/api-schemas/applications";
import { useCreateApplication } from "../_parts/create-application-dialog";

export interface ApplicationStepProps {
  own: readonly Application[];
  application: Application | undefined;
  onChoose: (id: string) => void;
}

const schema = createApplicationSchema.pick({ name: true });

/** Step 1: which program. Done by itself when there is one already. */
export function ApplicationStep({ own, application, onChoose }: ApplicationStepProps) {
  const [isNaming, setIsNaming] = useState(false);
  const isOpen = application === undefined || isNaming;
  return (
    <Step
      number={1}
      title="Application"
      state={isOpen ? "current" : "done"}
      summary={isOpen ? "Your program. It has its own keys and its own figures." : undefined}
      action={
        !isOpen && (
          <Button size="small" variant="ghost" onClick={() => setIsNaming(true)}>
            New application
          </Button>
        )
      }
    >
      {isOpen ? (
        <NewApplication
          canCancel={application !== undefined}
          onCancel={() => setIsNaming(false)}
          onCreated={(created) => {
            setIsNaming(false);
            onChoose(created.id);
          }}
        />
      ) : own.length > 1 ? (
        <Field label="Application" hideLabel className="max-w-sm">
          <Select
            value={application.id}
            onChange={(event) => onChoose(event.target.value)}
            options={own.map(({ id, name }) => ({ value: id, label: name }))}
          />
        </Field>
      ) : (
        <p className="font-medium">{application.name}</p>
      )}
    </Step>
  );
}

interface NewApplicationProps {
  canCancel: boolean;
  onCancel: () => void;
  onCreated: (application: Application) => void;
}

function NewApplication({ canCancel, onCancel, onCreated }: NewApplicationProps) {
  const form = useZodForm(schema, { name: "My first application" });
  const create = useCreateApplication();
  return (
    <Form
      form={form}
      label="New application"
      className="max-w-md gap-2"
      onSubmit={async (values) => onCreated(await create.mutateAsync(values))}
    >
      <InputField name="name" label="Name" autoComplete="off" />
      <div className="flex gap-2">
        <Button type="submit" variant="primary" isLoading={create.isPending}>
          Create application
        </Button>
        {canCancel && <Button onClick={onCancel}>Cancel</Button>}
      </div>
    </Form>
  );
}
