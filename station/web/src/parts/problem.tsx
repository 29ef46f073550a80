/** What went wrong; its place is there before, so that it is read out. */
export function Problem({ text }: { text: string | null }) {
  return (
    <p class="problem" role="alert">
      {text}
    </p>
  );
}
