"use client";

import { useRef } from "react";

/**
 * Radix gives focus back to a dialog's own trigger. Ours are opened by state and by the URL, so focus would be lost with the dialog and
 * the next Tab would begin at the top of the page. Give both to the dialog's content.
 */
export function useReturnFocus() {
  const opener = useRef<HTMLElement>(null);
  return {
    rememberFocus: () => {
      opener.current = findOpener(document.activeElement);
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      opener.current?.focus();
    },
  };
}

/** What was focused; for an item of a menu, which goes away with it, the button of the menu. */
function findOpener(active: Element | null): HTMLElement | null {
  const menu = active?.closest("[role=menu]");
  const opener = menu ? document.getElementById(menu.getAttribute("aria-labelledby") ?? "") : active;
  return opener instanceof HTMLElement ? opener : null;
}
