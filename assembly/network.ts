// The network's kernels, a module of their own: it runs on tfjs's memory, so it has no data and no stack of its own there.
/** Raised whenever an export, an argument or a layout changed. */
export function version(): i32 {
  return 2;
}
export * from "./adamw_f32";
export * from "./channel_f32";
export * from "./convolution_f32";
export * from "./fold_f32";
export * from "./gelu_f32";
export { product_f32, productRoom } from "./product_f32";
