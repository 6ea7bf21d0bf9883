/**
 * Runs `work` with the console's warnings kept in `said` instead of printed: tfjs and emscripten log a failed start from
 * deep inside before they reject. What they bound meanwhile prints again afterwards.
 */
export async function quietly<T>(work: (said: readonly string[]) => Promise<T>): Promise<T> {
  const said: string[] = [];
  let listening = true;
  const levels = ["log", "warn", "error"] as const;
  const restore = levels.map((level) => {
    const print = console[level];
    console[level] = (...words: unknown[]) => {
      if (listening) said.push(words.map(String).join(" "));
      else print.apply(console, words);
    };
    return () => {
      console[level] = print;
    };
  });
  try {
    return await work(said);
  } finally {
    listening = false;
    for (const put of restore) put();
  }
}
