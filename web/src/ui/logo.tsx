export function Logo() {
  return (
    <svg viewBox="0 0 32 32" className="size-7" aria-hidden="true">
      <path
        className="fill-accent"
        d="M5 4h15a4 4 0 0 1 4 4v6a4 4 0 0 1-4 4h-8l-6 5v-5H5a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4Z"
      />
      <path
        className="fill-accent opacity-55"
        d="M27 11a4 4 0 0 1 4 4v5a4 4 0 0 1-4 4v5l-6-5h-6a4 4 0 0 1-3.6-2.3L12.8 20H20a6 6 0 0 0 6-6v-3h1Z"
      />
    </svg>
  );
}
