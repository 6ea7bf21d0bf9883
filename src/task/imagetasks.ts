/** Names of the tasks on images, apart from what they need. */
export const imageTasks: readonly string[] = ["mnist", "cifar10", "images"];
