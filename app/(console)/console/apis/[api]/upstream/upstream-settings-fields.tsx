"use client";

import { useFormContext, useWatch } from "react-hook-form";
import { CheckboxField, InputField, SelectField } from "@/components/forms/form-fields";
import { Card } from "@/components/ui/card";
import type { Upstream } from "@/lib/api-schemas";
import { FieldGrid } from "./field-grid";
import { SplitFields } from "./split-fields";
import { isNamed, TRAIT_LABELS, TRAITS } from "./trait";
import type { UpstreamFormValues } from "./upstream-form-values";

/** How targets are chosen, watched and tried again. Inside the upstream's form. */
export function UpstreamSettingsFields({ upstream }: { upstream: Upstream }) {
  const { control } = useFormContext<UpstreamFormValues>();
  const balancing = useWatch({ control, name: "balancing" });
  const uses = useWatch({ control, name: "uses" });
  const checkKind = useWatch({ control, name: "healthCheck.kind" });
  return (
    <>
      <Card title="Balancing" description="Which target gets the next call.">
        <div className="grid gap-3 sm:grid-cols-3">
          <SelectField
            name="balancing.algorithm"
            label="Algorithm"
            options={[
              { value: "round-robin", label: "Round robin by weight" },
              { value: "least-connections", label: "Least connections by weight" },
              { value: "hash", label: "Hash: like goes to like" },
            ]}
          />
          {balancing.algorithm === "hash" && (
            <SelectField
              name="balancing.by.from"
              label="Hash of"
              options={TRAITS.map((value) => ({ value, label: TRAIT_LABELS[value] }))}
            />
          )}
          {balancing.algorithm === "hash" && isNamed(balancing.by.from) && (
            <InputField
              name="balancing.by.name"
              label="Name"
              isCode
              hint={balancing.by.from === "claim" ? "Every operation needs Validate JWT." : undefined}
            />
          )}
          <InputField
            name="slowStartSeconds"
            label="Slow start"
            isNumber
            isOptional
            suffix="s"
            hint="A target that is back gets its share over this time."
          />
        </div>
      </Card>
      <SplitFields upstream={upstream} />
      <Card title="TLS" description="For targets whose address begins with https.">
        <div className="grid gap-3 sm:grid-cols-3">
          <InputField
            name="tls.serverName"
            label="TLS server name"
            isOptional
            isCode
            hint="Sent and verified in place of the target’s host."
          />
          <InputField
            name="tls.clientCertificate"
            label="Client certificate"
            isOptional
            isCode
            hint="Name of a certificate of the environment, under Environments. Only admins may set it."
          />
        </div>
      </Card>
      <Card
        title="Circuit breaker"
        description="A target that fails is left alone for a while, then asked with one call at a time."
      >
        <CheckboxField name="uses.circuitBreaker" label="Take out targets that fail" />
        {uses.circuitBreaker && (
          <FieldGrid>
            <InputField
              name="circuitBreaker.consecutiveFailures"
              label="Failures in a row"
              isNumber
              hint="0 = not counted."
            />
            <InputField
              name="circuitBreaker.errorSharePercent"
              label="Share of failures"
              isNumber
              suffix="%"
              hint="0 = not looked at."
            />
            <InputField name="circuitBreaker.windowSeconds" label="Window of the share" isNumber suffix="s" />
            <InputField
              name="circuitBreaker.openSeconds"
              label="Left alone for"
              isNumber
              suffix="s"
              hint="Doubled with each probe that fails."
            />
            <InputField name="circuitBreaker.longestOpenSeconds" label="At most for" isNumber suffix="s" />
          </FieldGrid>
        )}
      </Card>
      <Card
        title="Health checks"
        description="Each gateway node asks every address of every target, whether calls come or not."
      >
        <CheckboxField name="uses.healthCheck" label="Check the targets" />
        {uses.healthCheck && (
          <FieldGrid>
            <SelectField
              name="healthCheck.kind"
              label="How"
              options={[
                { value: "http", label: "GET, well answered" },
                { value: "tcp", label: "A connection is enough" },
              ]}
            />
            {checkKind === "http" && <InputField name="healthCheck.path" label="Path" isCode />}
            <InputField name="healthCheck.intervalSeconds" label="Every" isNumber suffix="s" />
            <InputField name="healthCheck.timeoutSeconds" label="Answer within" isNumber suffix="s" />
            <InputField name="healthCheck.unhealthyAfter" label="Out after failures" isNumber />
            <InputField name="healthCheck.healthyAfter" label="Back after successes" isNumber />
          </FieldGrid>
        )}
      </Card>
      <Card
        title="Retries"
        description="Calls that found no connection go to another target, and so do those that may be made twice, within a budget. Without this, several targets have one retry, and a budget of a fifth of the calls."
      >
        <CheckboxField name="uses.retries" label="Set the retries" />
        {uses.retries && (
          <FieldGrid>
            <InputField name="retries.attempts" label="Further tries" isNumber hint="0 = none." />
            <InputField
              name="retries.budgetPercent"
              label="Budget"
              isNumber
              suffix="%"
              hint="Share of the calls that may be retried."
            />
            <InputField
              name="retries.tryTimeoutMs"
              label="Time of a first try"
              isNumber
              suffix="ms"
              hint="0 = the timeouts above."
            />
          </FieldGrid>
        )}
      </Card>
      <Card
        title="Mirror"
        description="A share of the calls is copied to another pool once they are answered. Its answers go nowhere, and neither its failures nor its delays touch a caller, a limit or a count."
      >
        <CheckboxField name="uses.mirror" label="Copy calls to a mirror" />
        {uses.mirror && <MirrorFields />}
      </Card>
    </>
  );
}

/** Whose calls are copied stays as it is: that is said through the management API. */
function MirrorFields() {
  return (
    <FieldGrid>
      <InputField name="mirror.percent" label="Copy" isNumber suffix="%" hint="Of the calls." />
      <SelectField
        name="mirror.methods"
        label="With the methods"
        options={[
          { value: "safe", label: "GET, HEAD and OPTIONS" },
          { value: "all", label: "All, which do what they do twice" },
        ]}
      />
      <InputField name="mirror.pool" label="To the pool" isCode hint="Of targets above, and not “main”." />
      <InputField
        name="mirror.maxBodyBytes"
        label="With a body up to"
        isNumber
        suffix="bytes"
        hint="Calls with a larger one are not copied."
      />
      <InputField name="mirror.timeoutMs" label="Wait for an answer" isNumber suffix="ms" />
      <InputField
        name="mirror.maxConcurrent"
        label="At once, at most"
        isNumber
        hint="Per worker of a node; copies beyond are dropped."
      />
    </FieldGrid>
  );
}
