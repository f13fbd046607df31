// Runs before the first paint: without it a dark page would flash white while React starts. Must agree with theme.ts.
const SCRIPT = `try{var c=localStorage.getItem("gatehouse-theme");var d=c==="dark"||(c!=="light"&&matchMedia("(prefers-color-scheme: dark)").matches);document.documentElement.dataset.theme=d?"dark":"light"}catch(e){}`;

/**
 * Sets the theme of the page before anything is drawn. Belongs in <head>.
 * @param props.nonce lets the browser run it; the browser hides it from React afterwards
 */
export function ThemeScript({ nonce }: { nonce: string | undefined }) {
  return <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: SCRIPT }} />;
}
