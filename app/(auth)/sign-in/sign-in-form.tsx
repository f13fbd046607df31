"use client";

import { signIn } from "next-auth/react";
import Link from "next/link";
import { useState } from "react";
import { z } from "zod";
import { Form } from "@/components/forms/form";
import { InputField } from "@/components/forms/form-fields";
import { useZodForm } from "@/components/forms/use-zod-form";
import { Button } from "@/components/ui/button";

const schema = z.object({
  email: z.email("Give an address like name@example.com."),
  password: z.string().min(1, "Give your password."),
});

/** Sign in with address and password, and go on to where one wanted to be. */
export function SignInForm({ next }: { next: string }) {
  const form = useZodForm(schema, { email: "", password: "" });
  const [isBusy, setIsBusy] = useState(false);
  return (
    <>
      <h1 className="mb-6 text-xl font-semibold">Sign in</h1>
      <Form
        form={form}
        label="Sign in"
        onSubmit={async (values) => {
          setIsBusy(true);
          try {
            await signInWithPassword(values.email, values.password);
            // A full load: every part of the page is drawn anew for the person who is signed in now.
            window.location.assign(next);
          } catch (error) {
            setIsBusy(false);
            throw error;
          }
        }}
      >
        <InputField name="email" label="Email" type="email" autoComplete="username" autoFocus />
        <InputField name="password" label="Password" type="password" autoComplete="current-password" />
        <Button type="submit" variant="primary" size="large" isLoading={isBusy}>
          Sign in
        </Button>
      </Form>
      <p className="mt-6 text-sm text-text-muted">
        New here?{" "}
        <Link className="link" href={next === "/" ? "/sign-up" : `/sign-up?next=${encodeURIComponent(next)}`}>
          Sign up
        </Link>
      </p>
    </>
  );
}

/** @throws Error with a sentence for people when the portal refuses */
export async function signInWithPassword(email: string, password: string): Promise<void> {
  const answer = await signIn("credentials", { email, password, redirect: false });
  if (answer === undefined || answer.error || !answer.ok) {
    throw new Error(describeRefusal(answer?.error ?? undefined));
  }
}

function describeRefusal(error: string | undefined): string {
  switch (error) {
    case undefined:
      return "The portal did not answer. Try again.";
    case "CredentialsSignin":
      return "Email or password is wrong.";
    default:
      // Our own sentences come through as they are; next-auth's are one word.
      return error.includes(" ") ? error : "Signing in did not work. Try again.";
  }
}
