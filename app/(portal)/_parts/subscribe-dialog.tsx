"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { z } from "zod";
import { PlanLimits } from "@/components/catalogue/plan-card";
import { Form } from "@/components/forms/form";
import { InputField, SelectField, TextareaField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { SubscriptionBadge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { ErrorState } from "@/components/ui/error-state";
import { SkeletonLines } from "@/components/ui/skeleton";
import { subscriptions } from "@/lib/api-client";
import type { Subscription } from "@/lib/api-schemas/applications";
import type { CataloguePlan } from "@/lib/api-schemas/portal";
import { useCreateApplication } from "./create-application-dialog";
import { useApplications } from "./queries";

const NEW_APPLICATION = "new";
const FORM_ID = "subscribe";

const schema = z
  .object({
    application: z.string().min(1, "Choose an application."),
    newName: z.string().trim().max(100, "Keep it to 100 characters."),
    note: z.string().trim().max(1000, "Keep it to 1,000 characters."),
  })
  .refine((value) => value.application !== NEW_APPLICATION || value.newName !== "", {
    path: ["newName"],
    message: "Name the application.",
  });

/** Subscribes one of the viewer's applications, or a new one, to a plan. Open while a plan is given. */
export function SubscribeDialog({ plan, onClose }: { plan: CataloguePlan | undefined; onClose: () => void }) {
  const [made, setMade] = useState<Subscription>();
  const [isBusy, setIsBusy] = useState(false);
  if (plan === undefined) {
    return null;
  }
  const close = () => {
    setMade(undefined);
    onClose();
  };
  return (
    <Dialog
      isOpen
      onClose={close}
      title={
        made === undefined ? `Subscribe to ${plan.name}` : made.state === "pending" ? "Request sent" : "Subscribed"
      }
      description={made === undefined ? `Plan of ${plan.productName}.` : undefined}
      footer={
        made === undefined ? (
          <>
            <Button onClick={close}>Cancel</Button>
            <Button type="submit" form={FORM_ID} variant="primary" isLoading={isBusy}>
              Subscribe
            </Button>
          </>
        ) : (
          <>
            <Button onClick={close}>Close</Button>
            <Button asChild variant="primary">
              <Link
                href={`/applications/${made.application.id}/${made.state === "pending" ? "subscriptions" : "keys"}`}
              >
                {made.state === "pending" ? "Open subscriptions" : "Go to keys"}
              </Link>
            </Button>
          </>
        )
      }
    >
      {made === undefined ? (
        <SubscribeForm plan={plan} onBusy={setIsBusy} onMade={setMade} />
      ) : (
        <Outcome subscription={made} />
      )}
    </Dialog>
  );
}

interface SubscribeFormProps {
  plan: CataloguePlan;
  onBusy: (isBusy: boolean) => void;
  onMade: (subscription: Subscription) => void;
}

function SubscribeForm(props: SubscribeFormProps) {
  const list = useApplications();
  if (list.isError && list.data === undefined) {
    return <ErrorState error={list.error} onRetry={() => void list.refetch()} />;
  }
  if (list.data === undefined) {
    return <SkeletonLines lines={4} />;
  }
  const own = list.data.pages.flatMap((page) => page.items);
  return <LoadedForm {...props} own={own} />;
}

function LoadedForm({
  plan,
  onBusy,
  onMade,
  own,
}: SubscribeFormProps & { own: readonly { readonly id: string; readonly name: string }[] }) {
  const form = useZodForm(schema, { application: own[0]?.id ?? NEW_APPLICATION, newName: "", note: "" });
  const createApplication = useCreateApplication();
  const subscribe = useSubscribe();
  const isNew = form.watch("application") === NEW_APPLICATION;

  const submit = async (values: z.output<typeof schema>) => {
    onBusy(true);
    try {
      const application = isNew
        ? (await createApplication.mutateAsync({ name: values.newName })).id
        : values.application;
      // A failure after this point must not create the application a second time.
      form.setValue("application", application);
      onMade(
        await subscribe.mutateAsync({
          application,
          product: plan.product,
          plan: plan.slug,
          ...(values.note === "" ? {} : { note: values.note }),
        }),
      );
    } finally {
      onBusy(false);
    }
  };
  return (
    <Form id={FORM_ID} form={form} onSubmit={submit}>
      <div className="rounded-md border bg-sunken p-3">
        <PlanLimits limits={plan.limits} />
      </div>
      <SelectField
        name="application"
        label="Application"
        options={[
          ...own.map(({ id, name }) => ({ value: id, label: name })),
          { value: NEW_APPLICATION, label: "New application…" },
        ]}
      />
      {isNew && <InputField name="newName" label="Name of the new application" autoComplete="off" />}
      {plan.approval === "manual" && (
        <TextareaField
          name="note"
          label="Note to the owner"
          hint="What it is for. The owner decides, and you see it here."
          isOptional
          rows={3}
        />
      )}
    </Form>
  );
}

function Outcome({ subscription }: { subscription: Subscription }) {
  return (
    <div className="flex flex-col gap-2">
      <p>
        <SubscriptionBadge state={subscription.state} />
      </p>
      <p className="text-text-muted">
        {subscription.state === "pending"
          ? `The owner of ${subscription.product.name} decides. Until then calls of ${subscription.application.name} are refused.`
          : `${subscription.application.name} can call ${subscription.apis.map((api) => `${api.apiName} ${api.version}`).join(", ")} with any of its keys.`}
      </p>
    </div>
  );
}

/** Subscribes and refreshes what shows subscriptions. */
export function useSubscribe() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: subscriptions.create,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["applications"] }),
  });
}
