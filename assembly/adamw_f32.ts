/**
 * AdamW in place, one pass over memory. Sources: Kingma & Ba (2015), algorithm 1, bias corrections folded into rate and ε; decay apart from the
 * gradient: Loshchilov & Hutter (2019), algorithm 2.
 */
export function adamw_f32(
  count: i32,
  parameters: usize,
  first: usize,
  second: usize,
  gradient: usize,
  beta1: f32,
  rest1: f32, // 1 − β₁, rounded once
  beta2: f32,
  rest2: f32,
  rate: f32,
  epsilon: f32,
  kept: f32, // what decay leaves of a parameter
): void {
  const r1 = f32x4.splat(rest1);
  const r2 = f32x4.splat(rest2);
  const b1 = f32x4.splat(beta1);
  const b2 = f32x4.splat(beta2);
  const step = f32x4.splat(rate);
  const small = f32x4.splat(epsilon);
  const keep = f32x4.splat(kept);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const g = v128.load(gradient);
    const m = f32x4.add(f32x4.mul(v128.load(first), b1), f32x4.mul(g, r1));
    const v = f32x4.add(f32x4.mul(v128.load(second), b2), f32x4.mul(f32x4.mul(g, g), r2));
    v128.store(first, m);
    v128.store(second, v);
    const direction = f32x4.div(m, f32x4.add(f32x4.sqrt(v), small));
    v128.store(parameters, f32x4.sub(f32x4.mul(v128.load(parameters), keep), f32x4.mul(direction, step)));
    parameters += 16;
    first += 16;
    second += 16;
    gradient += 16;
  }
  for (; i < count; i++) {
    const g = load<f32>(gradient);
    const m = load<f32>(first) * beta1 + g * rest1;
    const v = load<f32>(second) * beta2 + g * g * rest2;
    store<f32>(first, m);
    store<f32>(second, v);
    store<f32>(parameters, load<f32>(parameters) * kept - (m / (sqrt<f32>(v) + epsilon)) * rate);
    parameters += 4;
    first += 4;
    second += 4;
    gradient += 4;
  }
}
