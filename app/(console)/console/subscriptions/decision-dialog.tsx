"use client";

import { useQueryClient } from "@tanstack/react-query";
import { z } from "zod";
import { Form } from "@/components/forms/form";
import { TextareaField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { toast } from "@/components/ui/toast";
import { subscriptions } from "@/lib/api-client";
import { noteSchema, type Subscription } from "@/lib/api-schemas";

export type Decision = "approve" | "reject" | "pause" | "resume" | "close";

interface DecisionWords {
  readonly verb: string;
  readonly done: string;
  /** What it means for the application. */
  readonly effect: (subscription: Subscription) => string;
  readonly isDestructive: boolean;
  /** A reason must be given. */
  readonly needsReason: boolean;
}

export const DECISIONS: Record<Decision, DecisionWords> = {
  approve: {
    verb: "Approve",
    done: "approved",
    effect: ({ product }) => `Its keys open ${product.name} on every node within a second.`,
    isDestructive: false,
    needsReason: false,
  },
  reject: {
    verb: "Reject",
    done: "rejected",
    effect: () => "Nothing that works stops working. They can ask again.",
    isDestructive: true,
    needsReason: true,
  },
  pause: {
    verb: "Pause",
    done: "paused",
    effect: ({ product }) => `Calls of its keys to ${product.name} are refused with 403 until you resume it.`,
    isDestructive: true,
    needsReason: false,
  },
  resume: {
    verb: "Resume",
    done: "resumed",
    effect: ({ product }) => `Its keys open ${product.name} again within a second.`,
    isDestructive: false,
    needsReason: false,
  },
  close: {
    verb: "Close",
    done: "closed",
    effect: ({ product }) =>
      `Calls of its keys to ${product.name} are refused with 403 for good. To come back they subscribe anew.`,
    isDestructive: true,
    needsReason: false,
  },
};

export interface DecisionDialogProps {
  deciding: { readonly subscription: Subscription; readonly decision: Decision } | undefined;
  onClose: () => void;
}

/** Asks for a word to the consumer before a decision is made. */
export function DecisionDialog({ deciding, onClose }: DecisionDialogProps) {
  const words = deciding === undefined ? undefined : DECISIONS[deciding.decision];
  return (
    <Dialog
      isOpen={deciding !== undefined}
      onClose={onClose}
      title={
        deciding === undefined || words === undefined
          ? ""
          : `${words.verb} ${deciding.subscription.application.name} for ${deciding.subscription.product.name}, ${deciding.subscription.plan.name}?`
      }
      description={deciding === undefined ? undefined : words?.effect(deciding.subscription)}
    >
      {deciding !== undefined && (
        <DecisionForm key={`${deciding.subscription.id} ${deciding.decision}`} {...deciding} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface DecisionFormProps {
  subscription: Subscription;
  decision: Decision;
  onClose: () => void;
}

function DecisionForm({ subscription, decision, onClose }: DecisionFormProps) {
  const client = useQueryClient();
  const words = DECISIONS[decision];
  const note = words.needsReason
    ? noteSchema.pipe(z.string().min(1, "Say why, so that they know what to change."))
    : noteSchema;
  const form = useZodForm(z.object({ note }), { note: "" });
  return (
    <Form
      form={form}
      label={words.verb}
      onSubmit={async (values) => {
        await subscriptions[decision](subscription.id, values.note === "" ? {} : { note: values.note });
        await client.invalidateQueries({ queryKey: ["subscriptions"] });
        await client.invalidateQueries({ queryKey: ["products"] });
        toast.success(`${subscription.application.name} ${words.done}`, {
          description: `${subscription.product.name}, ${subscription.plan.name}`,
        });
        onClose();
      }}
    >
      <TextareaField
        name="note"
        label={words.needsReason ? "Reason" : "Note"}
        hint="The consumer reads it beside the subscription."
        isOptional={!words.needsReason}
        rows={3}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          variant={words.isDestructive ? "danger" : "primary"}
          isLoading={form.formState.isSubmitting}
        >
          {words.verb}
        </Button>
      </div>
    </Form>
  );
}
