"use client";

import Link from "next/link";
import { useState } from "react";
import { Form } from "@/components/forms/form";
import { InputField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";
import { me } from "@/lib/api-client";
import { signUpSchema } from "@/lib/api-schemas/people";
import { signInWithPassword } from "../sign-in/sign-in-form";

/** Creates an account with a team of one, signs in, and goes on. */
export function SignUpForm({ next }: { next: string }) {
  const form = useZodForm(signUpSchema, { name: "", email: "", password: "" });
  const [isBusy, setIsBusy] = useState(false);
  return (
    <>
      <h1 className="mb-1 text-xl font-semibold">Sign up</h1>
      <p className="mb-6 text-text-muted">An account lets you create applications and take keys.</p>
      <Form
        form={form}
        label="Sign up"
        onSubmit={async (values) => {
          setIsBusy(true);
          try {
            await me.signUp(values);
            await signInWithPassword(values.email, values.password);
            window.location.assign(next);
          } catch (error) {
            setIsBusy(false);
            throw error;
          }
        }}
      >
        <InputField name="name" label="Name" autoComplete="name" autoFocus />
        <InputField name="email" label="Email" type="email" autoComplete="username" />
        <InputField
          name="password"
          label="Password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters."
        />
        <Button type="submit" variant="primary" size="large" isLoading={isBusy}>
          Sign up
        </Button>
      </Form>
      <p className="mt-6 text-sm text-text-muted">
        Have an account?{" "}
        <Link className="link" href={`/sign-in?next=${encodeURIComponent(next)}`}>
          Sign in
        </Link>
      </p>
    </>
  );
}
