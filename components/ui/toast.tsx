"use client";

import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import { Toaster as Sonner } from "sonner";

export { toast } from "sonner";

/** Where toasts appear. Mounted once, in the root layout. */
export function Toaster() {
  return (
    <Sonner
      position="bottom-right"
      icons={{
        success: <CircleCheck className="size-4 text-ok" aria-hidden="true" />,
        error: <CircleAlert className="size-4 text-broken" aria-hidden="true" />,
        warning: <TriangleAlert className="size-4 text-watch" aria-hidden="true" />,
        info: <Info className="size-4 text-info" aria-hidden="true" />,
      }}
      toastOptions={{
        unstyled: true,
        classNames: {
          toast: "flex w-full items-start gap-2 rounded-md border bg-raised p-3 text-sm text-text shadow-float sm:w-88",
          title: "font-medium",
          description: "text-text-muted",
          icon: "mt-0.5",
          content: "min-w-0 flex-1 break-words",
        },
      }}
    />
  );
}
