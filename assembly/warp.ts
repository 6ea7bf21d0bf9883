/**
 * Images sampled bilinearly at given places, and the adjoint. Images T[n][height][width][channels]; coordinates T[maps][places][2], x
 * along the width and y along the height, 0 the middle of the first pixel, with one map for all images (maps = 1) or one each (maps = n);
 * out T[n][places][channels]. Beyond the outermost middles the image goes on as it is there. Coordinates that are no number give NaN.
 * Scalar: the four reads of a place lie apart, and WebAssembly has no gather.
 */

/** The pixel before a place: with the one after it, where there is one, it lies about the place. */
// @ts-ignore: decorator
@inline
function before<T>(z: T, last: i32): i32 {
  return max(min(<i32>floor<T>(z), last - 1), 0);
}

// @ts-ignore: decorator
@inline
function clamped<T>(z: T, last: i32): T {
  return min<T>(max<T>(z, <T>0), <T>last);
}

function warp<T>(
  n: i32,
  maps: i32,
  places: i32,
  height: i32,
  width: i32,
  channels: i32,
  images: usize,
  coordinates: usize,
  out: usize,
): void {
  const row = (<usize>width * <usize>channels) * sizeof<T>();
  const pixel = <usize>channels * sizeof<T>();
  const size = <usize>height * row;
  const each = <usize>places * pixel; // bytes of one warped image
  const count = n / maps; // images that share a map
  for (let g = 0; g < maps; ++g) {
    const first = images + <usize>(g * count) * size;
    const into = out + <usize>(g * count) * each;
    for (let p = 0; p < places; ++p) {
      const at = coordinates + (<usize>(g * places + p) << 1) * sizeof<T>();
      const x = load<T>(at);
      const y = load<T>(at + sizeof<T>());
      if (x != x || y != y) {
        for (let i = 0; i < count; ++i) {
          let to = into + <usize>i * each + <usize>p * pixel;
          for (let c = 0; c < channels; ++c, to += sizeof<T>()) store<T>(to, <T>NaN);
        }
        continue;
      }
      const inX = clamped<T>(x, width - 1);
      const inY = clamped<T>(y, height - 1);
      const x0 = before<T>(inX, width - 1);
      const y0 = before<T>(inY, height - 1);
      const fx = inX - <T>x0;
      const fy = inY - <T>y0;
      const right = width > 1 ? pixel : 0;
      const down = height > 1 ? row : 0;
      let from = first + <usize>y0 * row + <usize>x0 * pixel;
      let to = into + <usize>p * pixel;
      for (let i = 0; i < count; ++i, from += size, to += each) {
        for (let c: usize = 0; c < pixel; c += sizeof<T>()) {
          const a = load<T>(from + c);
          const b = load<T>(from + c + down);
          const top = a + fx * (load<T>(from + c + right) - a);
          const bottom = b + fx * (load<T>(from + c + down + right) - b);
          store<T>(to + c, top + fy * (bottom - top));
        }
      }
    }
  }
}

/** Adds to addToCoordinates, laid out as the coordinates, and to addToImages unless it is 0. */
function warpPullback<T>(
  n: i32,
  maps: i32,
  places: i32,
  height: i32,
  width: i32,
  channels: i32,
  images: usize,
  coordinates: usize,
  cotangent: usize,
  addToCoordinates: usize,
  addToImages: usize,
): void {
  const row = (<usize>width * <usize>channels) * sizeof<T>();
  const pixel = <usize>channels * sizeof<T>();
  const size = <usize>height * row;
  const each = <usize>places * pixel;
  const count = n / maps;
  for (let g = 0; g < maps; ++g) {
    for (let p = 0; p < places; ++p) {
      const at = (<usize>(g * places + p) << 1) * sizeof<T>();
      const x = load<T>(coordinates + at);
      const y = load<T>(coordinates + at + sizeof<T>());
      const inX = clamped<T>(x, width - 1);
      const inY = clamped<T>(y, height - 1);
      const known = x == x && y == y;
      const x0 = known ? before<T>(inX, width - 1) : 0;
      const y0 = known ? before<T>(inY, height - 1) : 0;
      const fx = inX - <T>x0;
      const fy = inY - <T>y0;
      const right = width > 1 ? pixel : 0;
      const down = height > 1 ? row : 0;
      let image = <usize>(g * count) * size + <usize>y0 * row + <usize>x0 * pixel;
      let bar = cotangent + <usize>(g * count) * each + <usize>p * pixel;
      let alongX = <T>0;
      let alongY = <T>0;
      for (let i = 0; i < count; ++i, image += size, bar += each) {
        for (let c: usize = 0; c < pixel; c += sizeof<T>()) {
          const weight = load<T>(bar + c);
          const from = images + image + c;
          const a = load<T>(from);
          const ab = load<T>(from + right) - a;
          const b = load<T>(from + down);
          const bb = load<T>(from + down + right) - b;
          alongX += weight * (ab + fy * (bb - ab));
          alongY += weight * (b - a + fx * (bb - ab));
          if (addToImages) {
            const to = addToImages + image + c;
            const low = weight * fy;
            const high = weight - low;
            store<T>(to, load<T>(to) + high * (<T>1 - fx));
            store<T>(to + right, load<T>(to + right) + high * fx);
            store<T>(to + down, load<T>(to + down) + low * (<T>1 - fx));
            store<T>(to + down + right, load<T>(to + down + right) + low * fx);
          }
        }
      }
      const to = addToCoordinates + at;
      if (x >= <T>0 && x <= <T>(width - 1)) store<T>(to, load<T>(to) + alongX);
      if (y >= <T>0 && y <= <T>(height - 1)) store<T>(to + sizeof<T>(), load<T>(to + sizeof<T>()) + alongY);
      if (!known) {
        store<T>(to, <T>NaN);
        store<T>(to + sizeof<T>(), <T>NaN);
      }
    }
  }
}

export function warp_f32(
  n: i32,
  maps: i32,
  places: i32,
  height: i32,
  width: i32,
  channels: i32,
  images: usize,
  coordinates: usize,
  out: usize,
): void {
  warp<f32>(n, maps, places, height, width, channels, images, coordinates, out);
}

export function warp_f64(
  n: i32,
  maps: i32,
  places: i32,
  height: i32,
  width: i32,
  channels: i32,
  images: usize,
  coordinates: usize,
  out: usize,
): void {
  warp<f64>(n, maps, places, height, width, channels, images, coordinates, out);
}

export function warpPullback_f32(
  n: i32,
  maps: i32,
  places: i32,
  height: i32,
  width: i32,
  channels: i32,
  images: usize,
  coordinates: usize,
  cotangent: usize,
  addToCoordinates: usize,
  addToImages: usize,
): void {
  warpPullback<f32>(n, maps, places, height, width, channels, images, coordinates, cotangent, addToCoordinates, addToImages); // biome-ignore format: one row
}

export function warpPullback_f64(
  n: i32,
  maps: i32,
  places: i32,
  height: i32,
  width: i32,
  channels: i32,
  images: usize,
  coordinates: usize,
  cotangent: usize,
  addToCoordinates: usize,
  addToImages: usize,
): void {
  warpPullback<f64>(n, maps, places, height, width, channels, images, coordinates, cotangent, addToCoordinates, addToImages); // biome-ignore format: one row
}
