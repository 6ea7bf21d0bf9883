/** Names of the tasks on images and what they take where nothing is said, apart from what they need. */
export const imageTasks: readonly string[] = ["mnist", "cifar10", "images"];

export const imageDefaults = {
  generators: 10, // slots, or fields of a library that are shown
  learn: 384, // images looked at in learning
  certify: 192, // held-out ones
  variation: { mnist: "rotated", others: "plain" },
} as const;

/** How images of a task are varied where nothing is said. */
export const variationOf = (task: string) => imageDefaults.variation[task === "mnist" ? "mnist" : "others"];
