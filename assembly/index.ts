// Every kernel, one module.
export function version(): i32 {
  return 1;
}
