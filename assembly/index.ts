// Every kernel, one module.
// @ts-expect-error: a global of the compiler; the first free address, where the arena begins
// biome-ignore lint/style/useExportType: a value
export { __heap_base };
/** Raised whenever a module and the code that calls it must be of one package: an export, an argument or a layout changed. */
export function version(): i32 {
  return 4;
}
/** 1 in the build for relaxed SIMD. */
export function relaxed(): i32 {
  return ASC_FEATURE_RELAXED_SIMD ? 1 : 0;
}
export * from "./etdrk4_f64";
export * from "./fft_f64";
export { flow_f32, flowPullback_f32 } from "./flow_f32";
export { flow_f64, flowPullback_f64 } from "./flow_f64";
export * from "./grid_f64";
export { passage_f64 } from "./passage_f64";
export * from "./product_f64";
export * from "./residual_f64";
export { settle_f32, splineJet_f32, splinePullback_f32, splineValue_f32 } from "./spline_f32";
export { splineJet_f64, splinePullback_f64, splineValue_f64 } from "./spline_f64";
export * from "./tangent_f64";
export * from "./tape_f64";
export * from "./warp";
