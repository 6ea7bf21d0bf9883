/** Polynomials through equidistant points. */

/** 1/Π_k (j − k) of equidistant points. */
export const uniformWeights = (n: number): Float64Array =>
  Float64Array.from({ length: n }, (_, j) => {
    let product = 1;
    for (let k = 0; k < n; k++) if (k !== j) product *= j - k;
    return 1 / product;
  });
