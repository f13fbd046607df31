"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Form } from "@/components/forms/form";
import { InputField, SelectField } from "@/components/forms/form-fields";
import { SaveBar } from "@/components/forms/save-bar";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Card } from "@/components/ui/card";
import { toast } from "@/components/ui/toast";
import { environments } from "@/lib/api-client";
import { requestLogSchema, type Environment } from "@/lib/api-schemas";

const ADDRESSES = [
  { value: "network", label: "Its network (203.0.113.0/24)" },
  { value: "full", label: "All of it" },
  { value: "none", label: "Nothing" },
];

/** What gateways write down of calls. */
export function RequestLogCard({ environment }: { environment: Environment }) {
  const client = useQueryClient();
  const form = useZodForm(requestLogSchema, environment.requestLog);
  return (
    <Card
      title="Request log"
      description="Calls that are refused or fail are all written down, without their query and body; of the others only samples are."
    >
      <Form
        form={form}
        label="Request log"
        onSubmit={async (requestLog) => {
          await environments.update(environment.slug, { requestLog });
          await client.invalidateQueries({ queryKey: ["environments"] });
          toast.success("Request log changed", { description: `Publish to bring it to ${environment.slug}.` });
        }}
      >
        <div className="grid gap-3 sm:grid-cols-2">
          <InputField
            name="sampleEvery"
            label="Samples: one call in"
            isNumber
            hint="0 writes down none of the calls that were answered."
          />
          <SelectField
            name="clientAddress"
            label="Of the client’s address"
            options={ADDRESSES}
            hint="The network tells where trouble comes from, and names nobody."
          />
        </div>
        <SaveBar />
      </Form>
    </Card>
  );
}
