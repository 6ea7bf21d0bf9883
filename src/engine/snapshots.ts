/** The check that every engine makes of a batch of snapshots before it touches memory. */
import { InputError } from "./error.js";
import type { SnapshotBatch } from "./kernels.js";

/** Number of snapshots; throws InputError where the batch's arrays do not fit each other or `fields` [B, nx, dim]. */
export function snapshotCount(batch: SnapshotBatch, ...fields: Float64Array[]): number {
  const { nx, dim, orders } = batch;
  const count = batch.rate.length / nx;
  const modes = batch.weight.length;
  if (!Number.isInteger(count) || !Number.isInteger(dim) || dim < 1)
    throw new InputError(`rate holds ${batch.rate.length} numbers and dim is ${dim}; pass rate [B, ${nx}] and dim ≥ 1`);
  for (const array of [batch.q, batch.r, ...fields])
    if (array.length !== count * nx * dim)
      throw new InputError(
        `q, r and the field hold ${array.length} numbers, but rate is of ${count} snapshots; pass [${count}, ${nx}, ${dim}]`,
      );
  if (batch.frechet.length !== count * orders.length * nx)
    throw new InputError(
      `frechet holds ${batch.frechet.length} numbers; pass [${count}, ${orders.length}, ${nx}], one row per order`,
    );
  if (!orders.every((k) => k >= 0)) throw new InputError(`orders must not be negative, but are ${orders.join(", ")}`);
  if (modes > nx / 2)
    throw new InputError(`${modes} modes are tested, but nx = ${nx} resolves ${nx / 2}; pass at most nx/2 weights`);
  return count;
}
