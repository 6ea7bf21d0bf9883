/**
 * A periodic grid folded about its first place: sums and differences of what lies equally far to both sides. Cosines see the sums alone, sines the
 * differences, so a transform to few modes by products takes half of the operations.
 */

/**
 * z [n, columns] → even [⌊n/2⌋ + 1, columns]: z(x) + z(−x), the fixed places as they are; odd [⌈n/2⌉ − 1, columns]: z(x) − z(−x) from
 * place 1 on.
 */
export function fold_f32(n: i32, columns: i32, z: usize, even: usize, odd: usize): void {
  const row = (<usize>columns) << 2;
  const whole = row & ~15;
  memory.copy(even, z, row);
  const last = (n + 1) / 2;
  for (let i = 1; i < last; i++) {
    const left = z + <usize>i * row;
    const right = z + <usize>(n - i) * row;
    const sum = even + <usize>i * row;
    const difference = odd + <usize>(i - 1) * row;
    for (let j: usize = 0; j < whole; j += 16) {
      const a = v128.load(left + j);
      const b = v128.load(right + j);
      v128.store(sum + j, f32x4.add(a, b));
      v128.store(difference + j, f32x4.sub(a, b));
    }
    for (let j = whole; j < row; j += 4) {
      const a = load<f32>(left + j);
      const b = load<f32>(right + j);
      store<f32>(sum + j, a + b);
      store<f32>(difference + j, a - b);
    }
  }
  if (n % 2 == 0) memory.copy(even + <usize>last * row, z + <usize>last * row, row);
}

/** The adjoint's half: even and odd → z(x) = even + odd, z(−x) = even − odd, the fixed places even's. */
export function unfold_f32(n: i32, columns: i32, even: usize, odd: usize, z: usize): void {
  const row = (<usize>columns) << 2;
  const whole = row & ~15;
  memory.copy(z, even, row);
  const last = (n + 1) / 2;
  for (let i = 1; i < last; i++) {
    const sum = even + <usize>i * row;
    const difference = odd + <usize>(i - 1) * row;
    const left = z + <usize>i * row;
    const right = z + <usize>(n - i) * row;
    for (let j: usize = 0; j < whole; j += 16) {
      const a = v128.load(sum + j);
      const b = v128.load(difference + j);
      v128.store(left + j, f32x4.add(a, b));
      v128.store(right + j, f32x4.sub(a, b));
    }
    for (let j = whole; j < row; j += 4) {
      const a = load<f32>(sum + j);
      const b = load<f32>(difference + j);
      store<f32>(left + j, a + b);
      store<f32>(right + j, a - b);
    }
  }
  if (n % 2 == 0) memory.copy(z + <usize>last * row, even + <usize>last * row, row);
}

/** −x of rows [rows, columns] of stride `stride`, in numbers, into rows of the same stride. */
export function negate_f32(rows: i32, columns: i32, stride: i32, x: usize, into: usize): void {
  const row = (<usize>columns) << 2;
  const whole = row & ~15;
  const step = (<usize>stride) << 2;
  for (let i = 0; i < rows; i++) {
    for (let j: usize = 0; j < whole; j += 16) v128.store(into + j, f32x4.neg(v128.load(x + j)));
    for (let j = whole; j < row; j += 4) store<f32>(into + j, -load<f32>(x + j));
    x += step;
    into += step;
  }
}
