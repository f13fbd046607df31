"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { signOut } from "next-auth/react";
import { z } from "zod";
import { Form } from "@/components/forms/form";
import { InputField } from "@/components/forms/form-fields";
import { SaveBar } from "@/components/forms/save-bar";
import { useZodForm } from "@/components/forms/use-zod-form";
import { useTheme, type ThemeChoice } from "@/components/shell/theme";
import { THEME_OPTIONS } from "@/components/shell/theme-menu";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { ErrorState } from "@/components/ui/error-state";
import { KeyValue } from "@/components/ui/key-value";
import { PageHeader } from "@/components/ui/page-header";
import { SegmentedControl } from "@/components/ui/segmented-control";
import { SkeletonLines } from "@/components/ui/skeleton";
import { toast } from "@/components/ui/toast";
import { me } from "@/lib/api-client";
import { changePasswordSchema, passwordSchema, updateMeSchema, type Me } from "@/lib/api-schemas/people";
import { TokensCard } from "./tokens-card";

/** Who one is, how the portal looks, and the tokens programs act with. */
export function AccountPage() {
  const profile = useQuery({ queryKey: ["me"], queryFn: () => me.get() });
  return (
    <>
      <PageHeader
        title="Account"
        actions={<Button onClick={() => void signOut({ callbackUrl: "/" })}>Sign out</Button>}
      />
      <div className="flex max-w-3xl flex-col gap-4">
        <Card title="Profile">
          {profile.data !== undefined ? (
            <Profile profile={profile.data} />
          ) : profile.isError ? (
            <ErrorState error={profile.error} onRetry={() => void profile.refetch()} />
          ) : (
            <SkeletonLines lines={5} />
          )}
        </Card>
        <ThemeCard />
        <TokensCard />
        <PasswordCard />
      </div>
    </>
  );
}

function Profile({ profile }: { profile: Me }) {
  const router = useRouter();
  const queryClient = useQueryClient();
  const form = useZodForm(updateMeSchema, { name: profile.name });
  const update = useMutation({
    mutationFn: me.update,
    onSuccess: (changed) => queryClient.setQueryData(["me"], changed),
  });
  return (
    <div className="flex flex-col gap-4">
      <KeyValue
        items={[
          { label: "Email", value: profile.email },
          {
            label: "Teams",
            value: (
              <ul className="flex flex-col gap-1">
                {profile.memberships.map((membership) => (
                  <li key={membership.team} className="flex flex-wrap items-center gap-1.5">
                    {membership.personal ? `${membership.teamName} (only you)` : membership.teamName}
                    {membership.roles.map((role) => (
                      <Badge key={role}>{role}</Badge>
                    ))}
                  </li>
                ))}
              </ul>
            ),
          },
        ]}
      />
      <Form
        form={form}
        label="Profile"
        onSubmit={async (values) => {
          await update.mutateAsync(values);
          form.reset(values);
          // The top bar shows the name, and is drawn on the server.
          router.refresh();
          toast.success("Profile saved");
        }}
      >
        <InputField name="name" label="Name" autoComplete="name" />
        <SaveBar label="Save profile" />
      </Form>
    </div>
  );
}

function ThemeCard() {
  const [choice, setChoice] = useTheme();
  return (
    <Card title="Theme" description="Kept on this device.">
      <SegmentedControl<ThemeChoice>
        label="Theme"
        value={choice}
        onChange={setChoice}
        options={THEME_OPTIONS.map(({ value, label }) => ({ value, label }))}
      />
    </Card>
  );
}

const passwordFormSchema = changePasswordSchema
  .extend({ currentPassword: z.string().min(1, "Give your current password."), newPassword: passwordSchema })
  .refine((value) => value.currentPassword !== value.newPassword, {
    path: ["newPassword"],
    message: "Choose one that differs from the current password.",
  });

function PasswordCard() {
  const form = useZodForm(passwordFormSchema, { currentPassword: "", newPassword: "" });
  const change = useMutation({ mutationFn: me.changePassword });
  return (
    <Card title="Password" description="Changing it signs you out on every other device.">
      <Form
        form={form}
        label="Password"
        onSubmit={async (values) => {
          await change.mutateAsync(values);
          toast.success("Password changed", { description: "Sign in again with the new one." });
          // The session was made with the old password and ends with it.
          await signOut({ callbackUrl: "/sign-in?next=/account" });
        }}
      >
        <div className="grid gap-3 sm:grid-cols-2">
          <InputField name="currentPassword" label="Current password" type="password" autoComplete="current-password" />
          <InputField
            name="newPassword"
            label="New password"
            type="password"
            autoComplete="new-password"
            hint="At least 10 characters."
          />
        </div>
        <SaveBar label="Change password" />
      </Form>
    </Card>
  );
}
