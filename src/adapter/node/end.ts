/** What a worker thread is sent so that it ends by itself. */
export const END = "end";
